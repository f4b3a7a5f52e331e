import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import ec from "../../hardware-mocks/ec.ts";
import { Drift } from "../../hardware-mocks/ezo/drift.ts";
import ph from "../../hardware-mocks/ph.ts";
import rtd from "../../hardware-mocks/rtd.ts";
import { newClock, openTerminal } from "./talk.ts";

async function connect<T extends typeof ph | typeof ec | typeof rtd>(make: T) {
  const clock = newClock();
  const twin = simulatedBench(clock).place(make as typeof ph, "meter") as ReturnType<T>;
  const terminal = await openTerminal(twin, clock, 9600);
  const ask = async (command: string, waitMs = 1000) =>
    (await terminal.say(`${command}\r`, waitMs)).split("\r").slice(0, -1);
  const quiet = () => ask("C,0", 2000);
  return { clock, twin, ask, quiet };
}

test("from the factory it sends a reading each second, until C,0", async () => {
  const { ask, quiet } = await connect(ph);
  const unasked = await ask("C,1", 3500);
  expect(unasked.filter((line) => /^\d\.\d{3}$/.test(line)).length).toBeGreaterThanOrEqual(3);
  await quiet();
  expect(await ask("C,?", 5000)).toEqual(["?C,0", "*OK"]);
});

test("a reading takes 0.9 s, everything else 0.3 s, and a code follows", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  expect(await ask("R", 850)).toEqual([]);
  expect(await ask("C,?", 1000)).toEqual([expect.stringMatching(/^3\.[45]\d\d$/), "*OK", "?C,0", "*OK"]);
  expect(await ask("i", 250)).toEqual([]);
  expect(await ask("*OK,?", 700)).toEqual(["?i,pH,2.14", "*OK", "?*OK,1", "*OK"]);
});

test("what it does not know it refuses, and answers come in a case of their own", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  expect(await ask("Cal,?")).toEqual(["?CAL,0", "*OK"]);
  expect(await ask("cal,MID,7.00")).toEqual(["*OK"]);
  expect(await ask("slope,?")).toEqual([expect.stringMatching(/^\?SLOPE,100\.0,100\.0,-?\d+\.\d\d$/), "*OK"]);
  expect(await ask("Fly")).toEqual(["*ER"]);
});

test.each([ph, ec, rtd])("while it refuses, *ER answers whatever it is told, and nothing is done", async (make) => {
  const { twin, ask, quiet } = await connect(make);
  await quiet();
  twin.busy(2);
  expect(await ask("C,5")).toEqual(["*ER"]);
  expect(await ask("i")).toEqual(["*ER"]);
  expect(await ask("C,?")).toEqual(["?C,0", "*OK"]);
});

test("without codes there is no telling where an answer ends, and *OK,1 brings them back", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  expect(await ask("*OK,0")).toEqual([]);
  expect(await ask("C,?")).toEqual(["?C,0"]);
  expect(await ask("*OK,1")).toEqual(["*OK"]);
});

test("the first command after Sleep wakes it, and nothing else", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  expect(await ask("Sleep")).toEqual(["*OK", "*SL"]);
  expect(await ask("T,30")).toEqual(["*WA"]);
  expect(await ask("T,?")).toEqual(["?T,25.00", "*OK"]);
});

test("a power cut takes the temperature compensation and the quiet, and leaves the calibration", async () => {
  const { clock, twin, ask, quiet } = await connect(ph);
  await quiet();
  await ask("T,30");
  await ask("Cal,mid,7.00");
  twin.powerCycle();
  expect(await ask("R", 900)).toEqual(["*RS", "*RE"]);
  await clock.advance(2000);
  expect(await ask("C,?")).toContain("?C,1");
  await quiet();
  expect(await ask("T,?")).toEqual(["?T,25.00", "*OK"]);
  expect(await ask("Cal,?")).toEqual(["?CAL,1", "*OK"]);
});

test("the middle point clears the others, and they need it", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  expect(await ask("Cal,low,4.00")).toEqual(["*ER"]);
  await ask("Cal,mid,7.00");
  await ask("Cal,high,10.00");
  expect(await ask("Cal,?")).toEqual(["?CAL,2", "*OK"]);
  await ask("Cal,mid,7.00");
  expect(await ask("Cal,?")).toEqual(["?CAL,1", "*OK"]);
});

test("calibrated twice with one buffer, at its place and at another's, it still says numbers", async () => {
  const { ask, quiet } = await connect(ph);
  await quiet();
  await ask("Cal,mid,7.00");
  await ask("Cal,high,10.00");
  await ask("Cal,low,7.00");
  expect(Number((await ask("R"))[0])).toBeCloseTo(7, 1);
  expect((await ask("Slope,?"))[0]).toMatch(/^\?SLOPE,100\.0,0\.0,/);
});

test("a probe is 95 % of the way after half a minute", () => {
  const drift = new Drift(0, 7);
  drift.put(1000, 4);
  expect(drift.at(31_000)).toBeCloseTo(4.15, 5);
  expect(drift.at(600_000)).toBeCloseTo(4, 5);
});

test("the wrong temperature makes a pH wrong", async () => {
  const { twin, ask, quiet, clock } = await connect(ph);
  await quiet();
  twin.put(4);
  await clock.advance(300_000);
  const right = Number((await ask("R"))[0]);
  await ask("T,60");
  expect(Number((await ask("R"))[0]) - right).toBeGreaterThan(0.2);
});

test("a conductivity circuit sends the values that are switched on", async () => {
  const { twin, ask, quiet } = await connect(ec);
  await quiet();
  expect(await ask("O,?")).toEqual(["?,O,EC", "*OK"]);
  twin.switchAllOn();
  expect((await ask("R"))[0]?.split(",")).toHaveLength(4);
  await ask("O,TDS,0");
  expect(await ask("O,?")).toEqual(["?,O,EC,S,SG", "*OK"]);
});

test("a temperature circuit shows the scale it is set to, and -1023 without a probe", async () => {
  const { twin, ask, quiet } = await connect(rtd);
  await quiet();
  expect(Number((await ask("R"))[0])).toBeCloseTo(21.1, 1);
  await ask("S,k");
  expect(Number((await ask("R"))[0])).toBeCloseTo(294.3, 1);
  twin.disconnectProbe();
  expect((await ask("R"))[0]).toBe("-1023.000");
});
