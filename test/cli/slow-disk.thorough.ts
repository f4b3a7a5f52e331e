import { join } from "node:path";
import { describe, test, vi } from "vitest";
import { refused } from "./client.ts";
import { faulty, withoutFaults } from "./own-disk.ts";
import { withPump } from "./pump.ts";

/** Real processes whose disk fails, or lets them wait; side by side, as most of it is waiting. */
const inTime = { timeout: 30_000 };

const files = ["history.db", "history.db-wal", "emergency-stop.json.new", "interlocks.json.new", "leases.json.new", ""];

/** With a disk whose calls can be made to fail. */
async function onFaultyDisk() {
  const pump = await withPump();
  const gateway = await pump.start();
  const all = files.map((name) => join(pump.state, name));
  const fails = (call: string) => faulty(gateway.child.pid ?? 0, call, all);
  const end = async () => {
    const status = await gateway.end();
    await pump.end();
    return status;
  };
  return { ...gateway, fails, end };
}

describe.runIf(withoutFaults === undefined)("F37 a disk that", () => {
  test.concurrent.for(["EIO", "EROFS"])(
    "fails by %s keeps nobody from stopping, is told once, and all is well after it",
    async (error, { expect }) => {
      const { ask, journal, logged, fails, end } = await onFaultyDisk();
      const dose = await ask("POST", "/pump/dispense", { volume: 5 }, { prefer: "respond-async" });
      const well = await fails(`pwrite64,write:error=${error}`);
      const untold = (await ask("POST", "/counter/noop", {})).body;
      expect(await ask("POST", "/counter/noop", {})).toEqual(refused(expect));
      expect(await journal()).toMatchObject({ ok: false });
      expect((await ask("GET", `/action_invocations/${dose.body.id}`)).body.status).toBe("running");
      const pressed = await ask("POST", "/emergency_stop");
      expect(pressed.body).toMatchObject({ persisted: false, things: { pump: { confirmed: true } } });
      await well();
      await vi.waitFor(async () => expect((await journal()).ok).toBe(true), inTime);
      expect((await ask("DELETE", "/emergency_stop")).status).toBe(200);
      const told = (await ask("GET", `/gateway/history/${untold.id}`)).body;
      expect([told.status, (await ask("GET", `/gateway/history/${dose.body.id}`)).body.status]).toEqual([
        "completed",
        "cancelled",
      ]);
      expect(logged.filter((line) => line.includes("the history can"))).toHaveLength(2);
      expect(await end()).toBe(0);
    },
  );

  test.concurrent("takes 5 s for every sync holds up nothing but what has to be on it: no reading, no stop", async ({
    expect,
  }) => {
    const { ask, fails, end } = await onFaultyDisk();
    const well = await fails("fdatasync,fsync:delay_enter=5000000");
    // Each of these waits for the disk, in a file of its own.
    const slow = [
      ask("POST", "/counter/noop", {}, { "idempotency-key": "one" }),
      ask("POST", "/pump/lease", { seconds: 60 }),
      ask("POST", "/counter/increment", { by: 1 }),
    ];
    await vi.waitFor(
      async () => expect((await ask("GET", "/gateway/interlocks")).body).toMatchObject({ counted: { tripped: true } }),
      // The disk may have begun with what was noted at the start: that takes 5 s by itself.
      { timeout: 20_000 },
    );
    const pressing = performance.now();
    const pressed = ask("POST", "/emergency_stop").then((answer) => [answer, performance.now() - pressing] as const);
    const took: number[] = [];
    for (let n = 0; n < 20; n++) {
      const asked = performance.now();
      // Over the wire each time.
      expect((await ask("GET", "/pump/state")).status).toBe(200);
      took.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [report, reportedMs] = await pressed;
    expect(report).toMatchObject({ status: 200, body: { persisted: false, things: { pump: { confirmed: true } } } });
    expect(reportedMs).toBeLessThan(3000);
    expect(Math.max(...took)).toBeLessThan(1000);
    const { probes } = (await ask("GET", "/health")).body;
    expect(probes["event loop"].lagMs).toBeLessThan(500);
    await well();
    await Promise.all(slow);
    expect(await end()).toBe(0);
  });
});
