import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import balance from "../../drivers/balance.ts";
import dispenser from "../../drivers/dispenser.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import type { ByteListener, LineSettings } from "../../src/transport/byte-stream.ts";
import type { TwinContext } from "../../src/twin/twin.ts";
import { openGateway } from "./fixture.ts";

const folders: string[] = [];
const folder = async () => {
  const made = await mkdtemp(join(tmpdir(), "benchd-latch-"));
  folders.push(made);
  return made;
};
afterEach(async () => {
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true });
});

/** The pump's twin, and every write to it the moment it is made. */
function tapped() {
  const writes: { at: number; text: string }[] = [];
  const twin = (context: TwinContext) => {
    const real = pumpTwin(context);
    const open = async (settings: LineSettings, listener: ByteListener) => {
      const stream = await real.open(settings, listener);
      const write = (bytes: Uint8Array) => {
        writes.push({ at: context.clock.now(), text: Buffer.from(bytes).toString("latin1") });
        return stream.write(bytes);
      };
      return { write, close: () => stream.close() };
    };
    return { ...real, open };
  };
  return { writes, twin };
}

async function doseBench() {
  const { writes, twin } = tapped();
  const bench = await openBench({
    pump: { definition: pump, twin, config: { diameter: 26.59, syringeVolume: 60 } },
    balance: { definition: balance, twin: balanceTwin },
    dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
  });
  return { bench, writes };
}

const situations: Readonly<Record<string, (bench: Awaited<ReturnType<typeof doseBench>>["bench"]) => Promise<void>>> = {
  "a waiting exchange": async ({ twins, clock, read }) => {
    twins.pump.silence();
    read("pump", "remaining").catch(() => {});
    await clock.advance(10);
  },
  "a dirty line": async ({ twins, clock, read }) => {
    twins.pump.silence();
    read("pump", "state").catch(() => {});
    await clock.advance(1200);
  },
  "a full lane": async ({ start }) => {
    for (let n = 0; n < 100; n++) start("pump", "dispense", { volume: 1 });
  },
  "a lease that somebody else holds": async ({ gateway }) => {
    await gateway.leases.take("pump", "bob", { seconds: 3600, note: "mine", onLoss: "finish" });
  },
};

for (const [name, arrange] of Object.entries(situations)) {
  test(`F29: the emergency stop writes its first byte at once with ${name}`, async () => {
    const { bench, writes } = await doseBench();
    const dose = bench.start("dispenser", "dose", { mass: 2.5 });
    await bench.clock.advance(5000);
    await arrange(bench);
    const before = writes.length;
    const now = bench.clock.now();
    const report = bench.gateway.emergencyStop.trip("ada");
    // Nothing has been awaited: the byte has left before the call returned.
    expect(writes.slice(before)).toEqual([{ at: now, text: expect.stringContaining("STP") }]);
    bench.twins.pump.heal();
    const { things } = await bench.clock.until(report);
    await bench.ended(dose);
    expect([dose.status, dose.reason, dose.forced]).toEqual(["cancelled", "emergency_stop", true]);
    expect(Object.keys(things).sort()).toEqual(["balance", "dispenser", "pump"]);
    const waiting = await bench.gateway.invocations.list({ status: "pending" });
    expect(waiting).toEqual([]);
    await bench.close();
  });
}

test("nothing of what was cut off reaches the device after the stop", async () => {
  const { bench, writes } = await doseBench();
  bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.advance(5000);
  const before = writes.length;
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.clock.advance(60_000);
  const after = writes.slice(before).map(({ text }) => text.trim());
  expect(after.some((text) => text.includes("STP"))).toBe(true);
  expect(after.filter((text) => text.includes("RUN"))).toEqual([]);
  await bench.close();
});

test("while it is latched only reads, safe and urgent actions pass, and clearing it starts nothing", async () => {
  const { bench } = await doseBench();
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(() => bench.start("pump", "dispense", { volume: 1 })).toThrow(/emergency stop is latched \(by ada\)/);
  await expect(bench.write("pump", "rate", 2)).rejects.toThrow(/emergency stop/);
  expect(await bench.read("pump", "remaining")).toBe(60);
  expect((await bench.run("pump", "stop")).status).toBe("completed");
  await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
  await bench.clock.advance(1000);
  expect(await bench.gateway.invocations.list({ status: "running" })).toEqual([]);
  expect((await bench.run("pump", "dispense", { volume: 0.1 })).status).toBe("completed");
  await bench.close();
});

test("the report says which device has not confirmed", async () => {
  const { bench } = await doseBench();
  bench.twins.pump.silence();
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(things["pump"]).toMatchObject({ confirmed: false, error: expect.any(String) });
  expect(things["balance"]).toEqual({ confirmed: true });
});

test("the latch is there for the next process, and cleared it is gone", async () => {
  const stateDirectory = await folder();
  const yaml = `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`;
  const first = await openGateway(yaml);
  expect(await first.clock.until(first.gateway.emergencyStop.trip("ada"))).toMatchObject({ persisted: true });
  // No close: the process is gone from one moment to the next.
  const second = await openGateway(yaml);
  expect(second.gateway.emergencyStop.latch).toMatchObject({ by: "ada" });
  expect(() => second.gateway.thing("counter").invoke("noop", {}, { requestedBy: "ada" })).toThrow(/latched/);
  await second.gateway.emergencyStop.clear("ada");
  const third = await openGateway(yaml);
  expect(third.gateway.emergencyStop.latch).toBeUndefined();
});

test("a latch file that cannot be read counts as pressed, and is kept", async () => {
  const stateDirectory = await folder();
  await writeFile(join(stateDirectory, "emergency-stop.json"), "{ half");
  const { gateway } = await openGateway(`stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`);
  expect(gateway.emergencyStop.latch?.by).toContain("damaged latch file");
  expect(await readdir(stateDirectory)).toContainEqual(expect.stringContaining("emergency-stop.json.damaged-"));
});

test("a latch that cannot be cleared on disk stays, and says why; the next try may succeed", async () => {
  const stateDirectory = await folder();
  const { gateway, clock, logged } = await openGateway(
    `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`,
  );
  expect(await clock.until(gateway.emergencyStop.trip("ada"))).toMatchObject({ persisted: true });
  await rm(stateDirectory, { recursive: true });
  await expect(gateway.emergencyStop.clear("ada")).rejects.toThrow(/could not be written to disk, so it stays/);
  expect(gateway.emergencyStop.latch).toMatchObject({ by: "ada" });
  expect(await clock.until(gateway.emergencyStop.trip("grace"))).toMatchObject({ persisted: false });
  await mkdir(stateDirectory);
  await gateway.emergencyStop.clear("ada");
  expect([gateway.emergencyStop.latch, logged.at(-1)]).toEqual([undefined, "warning : emergency stop cleared by ada"]);
});

test("until the disk has a cleared latch, it holds", async () => {
  const stateDirectory = await folder();
  const { gateway, clock } = await openGateway(
    `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`,
  );
  const invoke = () => gateway.thing("counter").invoke("noop", {}, { requestedBy: "ada" });
  await clock.until(gateway.emergencyStop.trip("ada"));
  const cleared = gateway.emergencyStop.clear("ada");
  expect(invoke).toThrow(/latched/);
  await cleared;
  await clock.until(invoke().ended);
});

test("a latch that is pressed again while it is being cleared stays, also on disk", async () => {
  const stateDirectory = await folder();
  const yaml = `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`;
  const { gateway, clock } = await openGateway(yaml);
  await clock.until(gateway.emergencyStop.trip("ada"));
  const cleared = gateway.emergencyStop.clear("ada");
  const pressed = gateway.emergencyStop.trip("grace");
  await expect(cleared).rejects.toThrow(/pressed again/);
  expect(await clock.until(pressed)).toMatchObject({ persisted: true });
  expect(gateway.emergencyStop.latch).toMatchObject({ by: "ada" });
  expect((await openGateway(yaml)).gateway.emergencyStop.latch).toMatchObject({ by: "ada" });
});

test("F29: with a full disk everything is stopped all the same, and that the latch is not kept is told", async () => {
  const stateDirectory = await folder();
  const { gateway, clock, logged } = await openGateway(
    `stateDirectory: ${stateDirectory}\nthings: { pump: { driver: syringe-pump, config: { diameter: 26.59, syringeVolume: 60 } } }`,
  );
  // What every writing begins with can no longer be made.
  await mkdir(join(stateDirectory, "emergency-stop.json.new"));
  const run = gateway.thing("pump").invoke("dispense", { volume: 5 }, { requestedBy: "ada" });
  await clock.advance(1000);
  expect(await clock.until(gateway.emergencyStop.trip("ada"))).toEqual({
    persisted: false,
    things: { pump: { confirmed: true } },
  });
  await clock.until(run.ended);
  expect([run.reason, gateway.emergencyStop.latch?.by]).toEqual(["emergency_stop", "ada"]);
  expect(logged.join("\n")).toContain("emergency-stop.json could not be written");
});
