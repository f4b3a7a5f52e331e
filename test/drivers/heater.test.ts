import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/heater.ts";
import twin from "../../hardware-mocks/heater.ts";
import { bathProbe } from "./probe.ts";

const config = { maxTemperature: 80, integralTime: 200 };

/** A heater and a probe in one bath of 21 °C; some seconds after the start. */
async function openHeater(more: Readonly<Record<string, unknown>> = {}) {
  const bench = await openBench({
    probe: bathProbe(),
    heater: {
      definition,
      twin,
      config: { ...config, ...more },
      gpio: { heater: { line: 12 } },
      uses: { probe: "probe" },
    },
  });
  const tripped: unknown[] = [];
  bench.thing("heater").observe((news) => news.kind === "event" && tripped.push(news.data));
  await bench.clock.advance(3000);
  const { heater, probe } = bench.twins;
  const read = (property: string) => bench.read("heater", property);
  const set = (setpoint: number | null) => bench.write("heater", "setpoint", setpoint);
  const advance = (seconds: number) => bench.clock.advance(1000 * seconds);
  const temperature = () => heater.bath.temperature(bench.clock.now());
  /** The highest temperature while `seconds` pass. */
  const highest = async (seconds: number) => {
    let most = temperature();
    for (let i = 0; i < seconds; i += 5) {
      await advance(5);
      most = Math.max(most, temperature());
    }
    return most;
  };
  return { bench, heater, probe, tripped, read, set, advance, temperature, highest };
}

type Bench = Awaited<ReturnType<typeof openHeater>>;
type Run = ReturnType<Bench["bench"]["start"]>;

async function expectTripped({ heater, tripped, read, set }: Bench, reason: RegExp) {
  expect(await read("fault")).toMatch(reason);
  expect([heater.driven, await read("state"), await read("setpoint")]).toEqual([false, "fault", null]);
  expect(tripped).toEqual([{ reason: expect.stringMatching(reason) }]);
  await expect(set(30)).rejects.toThrow("look after it, then call clear_fault");
}

test("it brings the bath to its temperature, and holds it without overshooting by a degree", async () => {
  const { bench, heater, advance, read, highest, temperature } = await openHeater();
  const run = bench.start("heater", "heat_to", { temperature: 37 });
  const most = await highest(600);
  expect([run.status, run.output]).toEqual(["completed", { temperature: expect.closeTo(37, 0) }]);
  expect(most).toBeLessThan(38);
  await advance(600);
  expect(temperature()).toBeCloseTo(37, 0);
  expect([await read("state"), await read("setpoint"), await read("fault")]).toEqual(["holding", 37, null]);
  expect(heater.bath.power).toBeLessThanOrEqual(150);
});

test("it switches at most once on and once off in a cycle", async () => {
  const { set, advance, heater } = await openHeater();
  await set(40);
  await advance(600);
  let changes = 0;
  for (let before = heater.driven, i = 0; i < 400; i++) {
    await advance(0.25);
    if (heater.driven !== before) changes++;
    before = heater.driven;
  }
  expect(changes).toBeGreaterThan(2);
  expect(changes).toBeLessThanOrEqual(2 * 10 + 1);
});

test("with hold: false it is off when the temperature is reached", async () => {
  const { bench, heater, read } = await openHeater();
  const run = await bench.run("heater", "heat_to", { temperature: 30, stableFor: 5, hold: false });
  expect([run.status, heater.driven, await read("state")]).toEqual(["completed", false, "off"]);
});

test.each([
  ["a cancel", async ({ bench }: Bench, run: Run) => bench.cancel(run)],
  ["stop", async ({ bench }: Bench) => bench.run("heater", "stop")],
  ["an emergency stop", async ({ bench }: Bench) => bench.clock.until(bench.gateway.emergencyStop.trip("ada"))],
  ["closing", async ({ bench }: Bench) => bench.close()],
] as const)("%s switches it off, and it stays off", async (_, end) => {
  const all = await openHeater();
  const { bench, heater, advance } = all;
  const run = bench.start("heater", "heat_to", { temperature: 60 });
  await advance(10);
  expect(heater.driven).toBe(true);
  await end(all, run);
  await bench.ended(run);
  for (let i = 0; i < 100; i++) {
    expect(heater.driven).toBe(false);
    await advance(0.5);
  }
  expect(run.status).toBe("cancelled");
});

test("a setpoint of null switches it off at once", async () => {
  const { set, advance, heater, read } = await openHeater();
  await set(60);
  await advance(5);
  expect([heater.driven, await read("on"), await read("power")]).toEqual([true, true, 1]);
  await set(null);
  expect([heater.driven, await read("on"), await read("power"), await read("state")]).toEqual([false, false, 0, "off"]);
});

test("a setpoint beyond the limit is refused, and what it held goes on", async () => {
  const { bench, set, read } = await openHeater();
  await set(30);
  await expect(set(80)).rejects.toThrow("not between -5 and 80 °C");
  const run = await bench.run("heater", "heat_to", { temperature: 90 });
  expect([run.status, await read("setpoint")]).toEqual(["error", 30]);
});

test("a burnt-out element is told: it heats too slowly", async () => {
  const all = await openHeater();
  all.heater.burnOut();
  const run = all.bench.start("heater", "heat_to", { temperature: 60 });
  await all.advance(115);
  expect(run.status).toBe("running");
  await all.bench.ended(run);
  expect(run.error?.message).toContain("switched off by itself: at full power only 0.0 K in 120 s");
  await expectTripped(all, /burnt out/);
});

test("an element that burns out while it holds is told, too", async () => {
  const all = await openHeater();
  await all.set(50);
  await all.advance(600);
  all.heater.burnOut();
  await all.advance(900);
  await expectTripped(all, /burnt out/);
});

test("a probe that is taken out of the hot bath is told before the bath gets much hotter", async () => {
  const all = await openHeater({ maxChange: 15 });
  await all.set(60);
  await all.advance(900);
  all.probe.tell(21);
  expect(await all.highest(20)).toBeLessThan(61);
  await expectTripped(all, /faster than this vessel can: the probe is loose or out of the vessel/);
});

test("a probe that tells always the same is told, when the power does not show", async () => {
  const all = await openHeater();
  await all.set(60);
  all.probe.tell(25);
  // The check time, and one of its eight steps.
  expect(await all.highest(140)).toBeLessThan(47);
  await expectTripped(all, /at full power only 0.0 K/);
});

test("too hot is told, whoever heats", async () => {
  const all = await openHeater();
  await all.set(60);
  all.probe.tell(80.5);
  await all.advance(2);
  await expectTripped(all, /too hot: 80.5 °C, the limit is 80.0 °C/);
});

test("a relay that is welded is told while the heater is off", async () => {
  const all = await openHeater();
  await all.advance(300);
  all.heater.weld();
  await all.advance(60);
  await expectTripped(all, /although it is switched off: the relay is welded, cut its supply/);
});

test("hot water that is poured in is no welded relay", async () => {
  const { probe, advance, read } = await openHeater();
  await advance(300);
  probe.tell(45);
  await advance(300);
  expect([await read("fault"), await read("temperature")]).toEqual([null, 45]);
});

test.each([
  ["fails", (probe: Bench["probe"]) => probe.fail()],
  ["tells nonsense", (probe: Bench["probe"]) => probe.tell(Number.NaN)],
])("when the probe %s nothing is heated from the next reading on, and soon it is off for good", async (_, how) => {
  const all = await openHeater();
  await all.set(60);
  await all.advance(10);
  how(all.probe);
  await all.advance(1.5);
  expect(all.heater.driven).toBe(false);
  await all.advance(6);
  await expectTripped(all, /the probe is lost: no reading for 5 s/);
});

test("a reading that cannot be switches it off for good", async () => {
  const all = await openHeater();
  await all.set(60);
  await all.advance(10);
  all.probe.tell(-242);
  await all.advance(1.5);
  await expectTripped(all, /the probe tells -242.0 °C, which cannot be/);
});

test("a probe that never answers is lost after the time it has, and can be used again when its Thing was reset", async () => {
  const all = await openHeater();
  await all.set(60);
  await all.advance(10);
  all.probe.hang();
  await all.advance(7);
  await expectTripped(all, /the probe is lost/);
  all.probe.heal();
  await all.bench.clock.until(all.bench.thing("probe").reset());
  await all.bench.run("heater", "clear_fault");
  await all.advance(7);
  await all.set(60);
  await all.advance(2);
  expect(all.heater.driven).toBe(true);
});

test("a probe whose Thing is gone is lost", async () => {
  const all = await openHeater();
  await all.set(60);
  await all.advance(10);
  await all.bench.clock.until(all.bench.thing("probe").close());
  await all.advance(1.5);
  expect(all.heater.driven).toBe(false);
  await all.advance(5);
  await expectTripped(all, /the probe is lost/);
});

test("one failed reading pauses the heating, no more", async () => {
  const { probe, set, advance, heater, read, bench } = await openHeater();
  await set(60);
  await advance(10);
  probe.fail();
  await advance(1.5);
  probe.heal();
  await advance(3);
  expect([heater.driven, await read("fault")]).toEqual([true, null]);
  expect(bench.logged.filter((line) => line.includes("no reading, so no heating"))).toHaveLength(1);
});

test("without a reading nothing is switched on", async () => {
  const { probe, set, advance, read } = await openHeater();
  probe.fail();
  await advance(10);
  await expect(set(30)).rejects.toThrow("the probe tells no temperature");
  expect([await read("state"), await read("fault")]).toEqual(["off", null]);
});

test("a fault lasts until it is cleared, and clearing switches nothing on", async () => {
  const { bench, probe, heater, set, advance, read } = await openHeater();
  await set(60);
  probe.tell(90);
  await advance(2);
  probe.heal();
  await advance(600);
  expect(await read("state")).toBe("fault");
  await bench.run("heater", "clear_fault");
  await advance(30);
  expect([heater.driven, await read("state"), await read("fault")]).toEqual([false, "off", null]);
  await set(30);
  await advance(5);
  expect(heater.driven).toBe(true);
});

test("a fault whose cause is still there comes back", async () => {
  const { bench, probe, set, advance, read } = await openHeater();
  await set(60);
  probe.tell(90);
  await advance(2);
  await bench.run("heater", "clear_fault");
  await advance(2);
  expect(await read("state")).toBe("fault");
});

test("who watches the setpoint is told that an emergency stop has taken it away", async () => {
  const { bench, set } = await openHeater();
  const seen: unknown[] = [];
  await set(37);
  bench.thing("heater").observe((news) => news.kind === "property" && seen.push([news.name, news.value]));
  await bench.thing("heater").emergency();
  await bench.clock.advance(100);
  expect(seen).toEqual([["setpoint", null]]);
  await bench.close();
});
