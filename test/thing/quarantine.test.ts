import { Type } from "typebox";
import { expect, test } from "vitest";
import { shield, sleep } from "../../src/ambient.ts";
import { DeviceFaultError, QuarantinedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { never, steeredThing } from "./device.ts";

/** A Thing that ignores every cancel; each of its acts is let go by a gate of its own. */
async function stubborn() {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const gates: (() => void)[] = [];
  device.act = () => new Promise<void>((resolve) => void gates.push(resolve));
  const cutOff = async (...actions: ("act" | "aside")[]) => {
    const runs = actions.map((action) => bench.start("pump", action));
    await bench.clock.advance(1);
    for (const run of runs) await bench.cancel(run);
    for (const run of runs) await bench.ended(run);
    expect(runs.filter(({ forced }) => !forced)).toEqual([]);
  };
  const letGo = async (nth: number) => {
    gates[nth]?.();
    await bench.clock.advance(1);
  };
  return { device, bench, pump: bench.thing("pump"), cutOff, letGo };
}

test("F04: quarantine lasts until all that was cut off has ended", async () => {
  const { pump, cutOff, letGo } = await stubborn();
  await cutOff("act", "aside");
  expect(pump.state).toBe("quarantined");
  await letGo(0);
  expect(pump.state).toBe("quarantined");
  await letGo(1);
  expect(pump.state).toBe("ready");
});

test("F04: work that was cut off before a reset does not lift the quarantine of what was cut off after it", async () => {
  const { bench, pump, cutOff, letGo } = await stubborn();
  await cutOff("act");
  await bench.clock.until(pump.reset());
  await cutOff("act");
  expect(pump.state).toBe("quarantined");
  await letGo(0);
  expect(pump.state).toBe("quarantined");
  await letGo(1);
  expect(pump.state).toBe("ready");
});

test("F04: work that was cut off and ends while its Thing is being reset does not make it ready before it is open", async () => {
  const { device, bench, pump, cutOff, letGo } = await stubborn();
  await cutOff("act");
  device.close = () => sleep(1000);
  const reset = pump.reset();
  await bench.clock.advance(10);
  await letGo(0);
  expect(pump.state).toBe("opening");
  await bench.clock.until(reset);
  expect(pump.state).toBe("ready");
});

test("F04: work that was cut off and ends after its Thing has faulted does not make that ready", async () => {
  const { device, bench, pump, cutOff, letGo } = await stubborn();
  device.watch = async () => {
    await sleep(5000);
    throw new DeviceFaultError("the watch over it failed");
  };
  await bench.clock.until(pump.reset());
  await cutOff("act");
  expect(pump.state).toBe("quarantined");
  await bench.clock.advance(5000);
  expect(pump.state).toBe("faulted");
  await letGo(0);
  expect(pump.state).toBe("faulted");
});

test("work that outlasts the fault of its Thing does not turn that into a quarantine", async () => {
  const { device, definition } = steeredThing();
  device.watch = async () => {
    await sleep(1000);
    throw new DeviceFaultError("the watch over it failed");
  };
  const bench = await openBench({ pump: { definition } });
  device.act = never;
  const run = bench.start("pump", "act");
  await bench.ended(run);
  expect([run.status, run.forced, bench.thing("pump").state]).toEqual(["error", true, "faulted"]);
});

test("work that ignores the reset of its Thing does not put the fresh opening into quarantine", async () => {
  const { device, bench, pump } = await stubborn();
  const run = bench.start("pump", "act");
  await bench.clock.advance(10);
  await bench.clock.until(pump.reset());
  expect([pump.state, device.opened]).toEqual(["ready", 2]);
  await bench.ended(run);
  await bench.clock.advance(5000);
  expect([run.forced, pump.state]).toEqual([true, "ready"]);
});

test("F04: a quarantined Thing can still be stopped", async () => {
  const { device, bench, pump, cutOff } = await stubborn();
  await cutOff("act");
  device.calls.length = 0;
  const stop = await bench.run("pump", "stop");
  expect([pump.state, stop.status, device.calls]).toEqual(["quarantined", "completed", ["stop"]]);
});

test("F04: a nested call that ignores its time-out quarantines its Thing, and its caller goes on", async () => {
  const pump = steeredThing();
  pump.device.act = never;
  const boss = defineThing({
    title: "Boss",
    config: Type.Object({}),
    uses: { pump: pump.definition },
    actions: { go: { title: "Go", output: Type.String() } },
    open: async ({ things }) => ({
      invoke: {
        async go() {
          await things.pump.invoke.inTime().catch(() => {});
          await sleep(10);
          return "went on";
        },
      },
    }),
  });
  const bench = await openBench({ pump, boss: { definition: boss, uses: { pump: "pump" } } });
  const run = await bench.run("boss", "go");
  expect([run.status, run.output, run.forced]).toEqual(["completed", "went on", false]);
  expect(bench.thing("pump").state).toBe("quarantined");
});

test("F04: however often a Thing has been in quarantine, it is polled no more often than its definition says", async () => {
  const { device, definition } = steeredThing();
  let readings = 0;
  const polled = defineThing({
    ...definition,
    properties: { level: { title: "Level", schema: Type.Number(), readOnly: true, pollMs: 1000, maxAgeMs: 0 } },
    actions: { act: { title: "Act", cancelGraceMs: 100 } },
    open: async () => ({ read: { level: () => ++readings }, invoke: { act: () => device.act() } }),
  });
  const bench = await openBench({ tank: { definition: polled } });
  const gates: (() => void)[] = [];
  device.act = () => new Promise<void>((resolve) => void gates.push(resolve));
  for (let times = 0; times < 3; times++) {
    const run = bench.start("tank", "act");
    await bench.clock.advance(1);
    await bench.cancel(run);
    await bench.ended(run);
    expect(bench.thing("tank").state).toBe("quarantined");
    gates[times]?.();
    await bench.clock.advance(1);
    expect(bench.thing("tank").state).toBe("ready");
  }
  readings = 0;
  await bench.clock.advance(10_000);
  expect(readings).toBe(10);
});

test("F18: a stop that is not over in its time keeps new work away until it is, though what it was to stop has ended", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const gates: (() => void)[] = [];
  device.act = () => shield(() => sleep(300));
  device.stop = () => new Promise<void>((resolve) => void gates.push(resolve));
  const run = bench.start("pump", "act");
  await bench.clock.advance(1);
  await bench.cancel(run);
  await bench.ended(run);
  expect([run.forced, bench.thing("pump").state]).toEqual([true, "quarantined"]);
  expect(bench.thing("pump").reason).toBe('"stop" of its driver has not ended');
  expect(() => bench.start("pump", "act")).toThrow(QuarantinedError);
  gates[0]?.();
  await bench.clock.advance(1);
  expect(bench.thing("pump").state).toBe("ready");
});

test("F18: in an emergency a stop that hangs keeps neither the outputs from being made safe, nor new work from waiting for it", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  device.calls.length = 0;
  device.stop = never;
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect([things["pump"]?.confirmed, device.calls]).toEqual([false, ["stop", "safe"]]);
  await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
  expect(bench.thing("pump").state).toBe("quarantined");
  device.stop = () => Promise.resolve();
  await bench.clock.until(bench.thing("pump").reset());
  expect(bench.thing("pump").state).toBe("ready");
});
