import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { bench, benchd, listening, type Running, service } from "../installed.ts";
import { notifySocket } from "./notify-socket.ts";

/** Real processes, as systemd starts and ends them; side by side, as most of it is waiting. */

/** `expect.poll` knows only of one test at a time. */
const inTime = { timeout: 30_000 };

const folder = () => mkdtempSync(join(bench, "service-"));

/** Beside each configuration: a driver whose flaw it is that this file says so. */
function configured(driver: string, things = "thing: { driver: ./driver.mjs }"): string {
  const at = folder();
  writeFileSync(join(at, "driver.mjs"), driver);
  writeFileSync(
    join(at, "benchd.yaml"),
    `stateDirectory: ./state\nthings: { ${things}, counter: { driver: counter } }`,
  );
  return join(at, "benchd.yaml");
}

const thing = (handlers: string, before = "") => `import { appendFileSync } from "node:fs";
import { defineThing, sleep, Type } from "benchd/driver";
export default defineThing({
  title: "Thing",
  config: Type.Object({}),
  actions: { hang: { title: "Hang" } },
  open: async () => { ${before} return { ${handlers} }; },
});`;
const harmless = thing("invoke: { hang: () => sleep(1e9) }");
const stubborn = thing("invoke: { hang: () => new Promise(() => {}) }");

const serve = (config: string, ...more: readonly string[]) =>
  benchd("serve", "--mock", "--port", "0", "--config", config, ...more);

const post = (url: string) => fetch(url, { method: "POST" });

async function ends({ child, ended }: Running, ...signals: readonly NodeJS.Signals[]): Promise<number | null> {
  for (const signal of signals) child.kill(signal);
  return ended;
}

test.concurrent("systemd is told when it listens, how its Things are, that it is well, and when it ends", async ({
  expect,
}) => {
  const socket = notifySocket();
  const environment = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "300000" };
  const config = configured(thing("invoke: { hang: () => sleep(1e9) }", "throw new Error('no such pump');"));
  const gateway = service(environment, "serve", "--mock", "--port", "0", "--config", config);
  const url = await listening(gateway);
  await socket.hears(/READY=1\nSTATUS=1 of 2 Things are ready on http.*; thing is faulted\n/);
  // Three times in its time, or it would be killed.
  await vi.waitFor(
    () => expect(socket.told().filter((state) => state === "WATCHDOG=1").length).toBeGreaterThan(3),
    inTime,
  );
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
    status: expect.stringMatching(/^(ok|degraded)$/),
    probes: { "event loop": {} },
  });
  expect(await ends(gateway, "SIGTERM")).toBe(0);
  await socket.hears(/STOPPING=1\nSTATUS=ending, by SIGTERM\nEXTEND_TIMEOUT_USEC=39500000/);
  expect(socket.told().indexOf("STATUS=opening 2 Things")).toBe(0);
  socket.close();
});

test.concurrent("F05 while something computes nobody feeds the watchdog, and what it was is told afterwards", async ({
  expect,
}) => {
  const socket = notifySocket();
  const config = configured(
    thing("invoke: { hang: () => { for (const end = performance.now() + 3000; performance.now() < end; ); } }"),
  );
  const environment = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "600000" };
  const gateway = service(environment, "serve", "--mock", "--port", "0", "--config", config);
  const url = await listening(gateway);
  const fed = () => socket.told().filter((state) => state === "WATCHDOG=1").length;
  await vi.waitFor(() => expect(fed()).toBeGreaterThan(0), inTime);
  const asked = post(`${url}/thing/hang`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = fed();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(fed()).toBe(before);
  await asked;
  const { probes } = (await (await fetch(`${url}/health`)).json()) as { probes: { "event loop": { lagMs: number } } };
  expect(probes["event loop"].lagMs).toBeGreaterThan(2000);
  expect(await ends(gateway, "SIGTERM")).toBe(0);
  socket.close();
});

test.concurrent("F02 SIGTERM, and again: the grace is cut short, the device is left safe, and it ends with 0", async () => {
  const at = folder();
  const log = join(at, "done");
  const driver = thing(
    `invoke: { hang: () => new Promise(() => {}) }, stop: () => appendFileSync("${log}", "stop "), safe: () => appendFileSync("${log}", "safe ")`,
  );
  const gateway = serve(configured(driver));
  const url = await listening(gateway);
  expect((await post(`${url}/thing/hang`)).status).toBe(201);
  writeFileSync(log, "");
  const start = performance.now();
  expect(await ends(gateway, "SIGTERM", "SIGINT")).toBe(0);
  expect(performance.now() - start).toBeLessThan(4000);
  expect(readFileSync(log, "utf8")).toMatch(/^stop safe /);
});

test.concurrent("F03 an exception that nobody can be blamed for leaves what runs safe, and fails", async () => {
  const at = folder();
  const log = join(at, "done");
  const driver = thing(
    // Node knows of no microtask whose it is.
    `invoke: { hang: () => { queueMicrotask(() => { throw new Error("nobody caught this"); }); return new Promise(() => {}); } },
     stop: () => appendFileSync("${log}", "stop "), safe: () => appendFileSync("${log}", "safe ")`,
  );
  const gateway = serve(configured(driver));
  const url = await listening(gateway);
  // It listens before its Things are open, which makes them safe.
  await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), inTime);
  writeFileSync(log, "");
  await post(`${url}/thing/hang`).catch(() => {});
  expect(await gateway.ended).toBe(1);
  expect(readFileSync(log, "utf8")).toMatch(/^stop safe /);
});

test.concurrent("F03 what a driver throws in a timer, in a listener or by a promise faults its Thing, and no other", async ({
  expect,
}) => {
  const driver = (flaw: string) => thing(`invoke: { hang: () => { ${flaw}; return new Promise(() => {}); } }`);
  const throws = '() => { throw new Error("nobody caught this"); }';
  const flaws = {
    timer: `setTimeout(${throws}, 1)`,
    rejection: 'void Promise.reject(new Error("nobody caught this"))',
    listener: `import("node:net").then(({ connect }) => connect({ port: 1, host: "127.0.0.1" }).on("error", ${throws}))`,
  };
  const at = folder();
  for (const [name, flaw] of Object.entries(flaws)) writeFileSync(join(at, `${name}.mjs`), driver(flaw));
  const things = Object.keys(flaws).map((name) => `${name}: { driver: ./${name}.mjs }`);
  writeFileSync(join(at, "benchd.yaml"), `things: { ${things.join(", ")}, counter: { driver: counter } }`);
  const gateway = serve(join(at, "benchd.yaml"));
  const url = await listening(gateway);
  const faulted = { state: "faulted", reason: "nobody caught this" };
  for (const name of Object.keys(flaws)) {
    await post(`${url}/${name}/hang`);
    const states = async () => (await (await fetch(`${url}/thing_states`)).json()) as Record<string, unknown>;
    await vi.waitFor(async () => expect((await states())[name]).toMatchObject(faulted), inTime);
  }
  expect((await post(`${url}/counter/noop`)).status).toBe(201);
  expect(await ends(gateway, "SIGTERM")).toBe(0);
});

test.concurrent("F06 after three starts that crash, the fourth is in safe mode, and one after an orderly end is not", async () => {
  // What is thrown there is thrown at nobody.
  const config = configured(
    thing("invoke: {}", `setTimeout(() => { throw new Error("burnt out"); }, 1); await sleep(50);`),
  );
  for (let i = 0; i < 3; i++) expect(await serve(config, "--safe-mode-after", "3").ended).toBe(1);
  const fourth = serve(config, "--safe-mode-after", "3");
  const url = await listening(fourth);
  const why = /^safe mode, no device is open\. 3 starts in a row have failed, the last at .*: burnt out\. Mend that/;

  const health = await fetch(`${url}/health`);
  expect([health.status, await health.json()]).toEqual([
    200,
    expect.objectContaining({ status: "safe-mode", reason: expect.stringMatching(why) }),
  ]);
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  expect(await (await fetch(`${url}/thing_states`)).json()).toMatchObject({
    thing: { state: "closed", reason: expect.stringMatching(why) },
    counter: { state: "closed", reason: expect.stringMatching(why) },
  });
  // The dashboard tells it by this.
  expect(await (await fetch(`${url}/gateway/about`)).json()).toMatchObject({ safeMode: expect.stringMatching(why) });
  for (const [method, path] of [
    ["POST", "counter/noop"],
    ["POST", "counter/stop"],
    ["PUT", "counter/counter"],
    ["DELETE", "counter/quarantine"],
  ] as const) {
    const body = method === "PUT" ? { body: "3", headers: { "content-type": "application/json" } } : {};
    const refused = await fetch(`${url}/${path}`, { method, ...body });
    const problem = (await refused.json()) as { readonly type: string };
    expect([path, refused.status, problem.type]).toEqual([path, 409, "urn:benchd:error:BENCHD_SAFE_MODE"]);
  }
  expect((await fetch(`${url}/counter/counter`)).status).toBe(503);

  expect(await ends(fourth, "SIGTERM")).toBe(0);
  expect(await serve(config, "--safe-mode-after", "3").ended).toBe(1);
});

test.concurrent("F07 a device that is absent and one that hangs at boot keep nothing else from working, for more than 5 s", async () => {
  const start = performance.now();
  const config = configured(
    thing("invoke: { hang: () => {} }", "await new Promise(() => {});"),
    `thing: { driver: ./driver.mjs },
     pump: { driver: syringe-pump, serial: /dev/serial/by-id/none, config: { diameter: 26.59, syringeVolume: 60 } }`,
  );
  const gateway = benchd("serve", "--port", "0", "--config", config);
  const url = await listening(gateway);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(await (await fetch(`${url}/thing_states`)).json()).toMatchObject({
    thing: { state: "opening" },
    pump: { state: "disconnected", reason: expect.stringContaining("/dev/serial/by-id/none") },
  });
  expect((await post(`${url}/counter/noop`)).status).toBe(201);
  expect(await ends(gateway, "SIGTERM")).toBe(0);
});

test.concurrent("F09 a second benchd on the same state is refused with the first's number; a kill leaves no lock", async () => {
  const config = configured(harmless);
  const first = serve(config);
  await listening(first);
  const second = serve(config);
  expect(await second.ended).toBe(1);
  expect(second.complaints()).toMatch(
    new RegExp(`^benchd: another benchd \\(process ${first.child.pid}\\) keeps its state in /.*/state: end it, or`),
  );
  await ends(first, "SIGKILL");
  const third = serve(config);
  await listening(third);
  expect(await ends(third, "SIGTERM")).toBe(0);
});

test.concurrent("F09 a start while the one before is still ending is refused, and leaves that one alone", async () => {
  const config = configured(stubborn);
  const first = serve(config);
  const url = await listening(first);
  await post(`${url}/thing/hang`);
  first.child.kill("SIGTERM");
  const second = serve(config);
  expect(await second.ended).toBe(1);
  // Its grace of 5 s is over, and it is cut off.
  expect(await first.ended).toBe(0);
});
