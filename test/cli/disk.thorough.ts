import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, vi } from "vitest";
import { client, ends, refused } from "./client.ts";
import { bench, benchd, listening } from "./installed.ts";
import { onDisk, withoutDisk } from "./own-disk.ts";

/** Real processes whose disk is full, in one way or another; side by side, as most of it is waiting. */
const inTime = { timeout: 30_000 };

const driver = `import { defineThing, sleep, Type } from "benchd/driver";
export default defineThing({
  title: "Thing",
  config: Type.Object({}),
  actions: { hang: { title: "Hang" } },
  open: async () => ({ invoke: { hang: () => sleep(1e9) } }),
});`;

function configured() {
  const at = mkdtempSync(join(bench, "disk-"));
  const config = join(at, "benchd.yaml");
  writeFileSync(join(at, "driver.mjs"), driver);
  const things = "things: { thing: { driver: ./driver.mjs }, counter: { driver: counter } }";
  writeFileSync(config, `stateDirectory: ./state\n${things}`);
  // For a life on a copy of what was on the disk.
  writeFileSync(join(at, "after.yaml"), `stateDirectory: ./copy\n${things}`);
  return { at, config, state: join(at, "state") };
}

const serve = (config: string) => ["serve", "--mock", "--port", "0", "--config", config];

/** What is on the disk of an earlier, orderly run: a history with an invocation and a setting in it. */
async function formerState(): Promise<string> {
  const { at, config, state } = configured();
  const gateway = benchd(...serve(config));
  const { ask } = client(await listening(gateway));
  await ask("PUT", "/counter/gain", 7);
  await ask("POST", "/counter/noop", {});
  await ends(gateway);
  cpSync(state, join(at, "former"), { recursive: true });
  return join(at, "former");
}

describe.runIf(withoutDisk === undefined)("F37 a disk without room", () => {
  test.concurrent("what runs goes on and can be stopped, nothing new is started; once there is room all is on file, the latch too", async ({
    expect,
  }) => {
    const { config, state } = configured();
    const gateway = onDisk(state, "size=512k", ":", ...serve(config));
    const { ask, journal } = client(await listening(gateway));
    const running = (await ask("POST", "/thing/hang")).body;
    gateway.fill();
    const untold = (await ask("POST", "/counter/noop", {})).body;
    expect(untold.log[0]?.message).toContain("this could not be recorded yet: database or disk is full");
    expect(await ask("POST", "/counter/noop", {})).toEqual(refused(expect));
    expect(await ask("POST", "/counter/noop", {}, { "idempotency-key": "one" })).toEqual(refused(expect));
    expect(await ask("PUT", "/counter/gain", 3)).toEqual(refused(expect));
    expect(await journal()).toMatchObject({ ok: false, why: "database or disk is full" });
    expect((await ask("GET", `/action_invocations/${running.id}`)).body.status).toBe("running");
    const pressed = await ask("POST", "/emergency_stop");
    expect(pressed.body).toMatchObject({ persisted: false, things: { thing: { confirmed: true } } });
    gateway.free();
    await vi.waitFor(async () => expect((await journal()).ok).toBe(true), inTime);
    const latch = join(gateway.disk, "emergency-stop.json");
    await vi.waitFor(() => expect(readFileSync(latch, "utf8")).toContain("127.0.0.1"), inTime);
    cpSync(gateway.disk, join(state, "../copy"), { recursive: true });
    expect(gateway.said(/history can/)).toEqual([
      "the history cannot be written: database or disk is full; until it can, nothing new is started",
      "the history can be written again",
    ]);
    gateway.child.kill("SIGKILL");
    // What it has left behind is all that the next one knows.
    const after = benchd(...serve(config.replace("benchd.yaml", "after.yaml")));
    const next = client(await listening(after));
    expect((await next.ask("GET", "/emergency_stop")).body).toMatchObject({ stopped: true, by: "127.0.0.1" });
    expect((await next.ask("GET", `/action_invocations/${running.id}`)).body).toMatchObject({
      reason: "emergency_stop",
    });
    expect((await next.ask("GET", `/action_invocations/${untold.id}`)).body).toMatchObject({ status: "completed" });
    expect((await next.ask("GET", "/counter/gain")).body).toBe(3);
    expect(await ends(after)).toBe(0);
  });

  test.concurrent("what makes a blob fails, and leaves nothing half-written; once there is room it is made", async ({
    expect,
  }) => {
    const { config, state } = configured();
    const gateway = onDisk(state, "size=1m", ":", ...serve(config));
    const { ask, journal } = client(await listening(gateway));
    const make = async () => (await ask("POST", "/counter/make_blob", {}, { prefer: "wait=10" })).body;
    const first = await make();
    gateway.fill();
    const failed = await make();
    expect([first.status, failed.status, failed.error?.type]).toEqual([
      "completed",
      "error",
      "urn:benchd:error:BENCHD_STORAGE",
    ]);
    expect(readdirSync(join(gateway.disk, "blobs"))).toHaveLength(2);
    gateway.free();
    await vi.waitFor(async () => expect((await journal()).ok).toBe(true), inTime);
    expect((await make()).status).toBe("completed");
    expect(readdirSync(join(gateway.disk, "blobs"))).toHaveLength(4);
    expect(await ends(gateway)).toBe(0);
  });

  test.concurrent("without room for a new file, what is open is written on; a latch that needs one is kept once there is", async ({
    expect,
  }) => {
    const { config, state } = configured();
    // For the folder, the lock, and three files of the history.
    const gateway = onDisk(state, "size=1m,nr_inodes=5", ":", ...serve(config));
    const { ask, journal } = client(await listening(gateway));
    expect((await ask("POST", "/counter/noop", {})).status).toBe(201);
    expect((await ask("PUT", "/counter/gain", 3)).status).toBeLessThan(300);
    expect(await journal()).toMatchObject({ ok: true });
    expect((await ask("POST", "/emergency_stop")).body).toMatchObject({ stopped: true, persisted: false });
    expect((await ask("DELETE", "/emergency_stop")).status).toBe(409);
    gateway.remount("nr_inodes=50");
    const latch = join(gateway.disk, "emergency-stop.json");
    await vi.waitFor(() => expect(readFileSync(latch, "utf8")).toContain("127.0.0.1"), inTime);
    expect((await ask("DELETE", "/emergency_stop")).status).toBe(200);
    expect(await ends(gateway)).toBe(0);
  });

  const without = [
    {
      what: "no room",
      options: "size=512k",
      before: "cp $FORMER/* . && (cat /dev/zero > filling || true) 2>/dev/null",
    },
    {
      what: "no room for a new file",
      options: "size=1m,nr_inodes=3",
      before: "cp $FORMER/history.db . && touch filling",
    },
  ];
  test.concurrent.for(without)(
    "at the start, with $what: it starts, changes nothing, and goes on with its history and settings once there is",
    async ({ options, before }, { expect }) => {
      const former = await formerState();
      const { config, state } = configured();
      const gateway = onDisk(state, options, before.replace("$FORMER", former), ...serve(config));
      const { ask, journal } = client(await listening(gateway));
      expect(await journal()).toMatchObject({ ok: false });
      expect(await ask("POST", "/counter/noop", {})).toEqual(refused(expect));
      expect((await ask("POST", "/emergency_stop")).body).toMatchObject({ stopped: true, persisted: false });
      gateway.remount("size=8m,nr_inodes=50");
      gateway.free();
      await vi.waitFor(async () => expect((await journal()).ok).toBe(true), inTime);
      await vi.waitFor(async () => expect((await ask("DELETE", "/emergency_stop")).status).toBe(200), inTime);
      await vi.waitFor(async () => expect((await ask("GET", "/counter/gain")).body).toBe(7), inTime);
      expect((await ask("POST", "/counter/noop", {})).body).toMatchObject({ status: "completed" });
      // The one of the former life, and this one.
      expect((await ask("GET", "/gateway/history")).body).toHaveLength(2);
      expect(readdirSync(gateway.disk).filter((name) => name.startsWith("history.db."))).toEqual([]);
      expect(await ends(gateway)).toBe(0);
    },
  );

  test.concurrent("at the start, with a disk that has become read-only: it starts nothing and can be stopped", async ({
    expect,
  }) => {
    const former = await formerState();
    const { config, state } = configured();
    const gateway = onDisk(
      state,
      "size=1m",
      `cp ${former}/* . && mount -t tmpfs -o remount,ro benchd "$0"`,
      ...serve(config),
    );
    const { ask, journal } = client(await listening(gateway));
    expect(await journal()).toMatchObject({ ok: false });
    expect(await ask("POST", "/counter/noop", {})).toEqual(refused(expect));
    expect((await ask("GET", "/counter/counter")).body).toBe(0);
    expect((await ask("POST", "/emergency_stop")).body).toMatchObject({ stopped: true, persisted: false });
    // As it is the configuration's mistake when there has never been anything.
    const misled = configured();
    const nowhere = onDisk(
      misled.state,
      "size=1m",
      'mount -t tmpfs -o remount,ro benchd "$0"',
      ...serve(misled.config),
    );
    expect([await nowhere.ended, nowhere.complaints()]).toEqual([78, expect.stringContaining("it can only be read")]);
    gateway.remount("rw");
    await vi.waitFor(async () => expect((await journal()).ok).toBe(true), inTime);
    await vi.waitFor(async () => expect((await ask("GET", "/counter/gain")).body).toBe(7), inTime);
    expect(await ends(gateway)).toBe(0);
  });
});
