import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import { DeviceFaultError, InputError } from "../../src/errors.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { ph } from "./placed.ts";

/** Whoever stands at the bench does as he is told, but for what he takes for the buffer. */
async function openGuided(takes = (asked: number) => asked) {
  const asked: string[] = [];
  let put = (_: number) => {};
  const bench = await openBench(
    { ph },
    {
      answer({ message }) {
        asked.push(message);
        put(takes(Number(/buffer of pH ([\d.]+)/.exec(message)?.[1])));
        return null;
      },
    },
  );
  const twin = bench.twins.ph;
  put = twin.put;
  const state = () => bench.gateway.experiments.calibrations.of("ph");
  return { bench, twin, asked, state };
}

const quick = { tolerance: 0.01 };
const names = ({ current }: ReturnType<Awaited<ReturnType<typeof openGuided>>["state"]>) =>
  current?.points.map(({ name }) => name);
const warnings = ({ log }: Invocation) =>
  log.entries().flatMap(({ level, message }) => (level === "warning" ? [message] : []));

test("it asks for three buffers, one after the other, and makes the readings right", async () => {
  const { bench, twin, asked, state } = await openGuided();
  const { output, error, id } = await bench.run("ph", "calibrate_guided", quick);
  expect(error).toBeUndefined();
  expect(asked.map((message) => message.slice(-25))).toEqual(
    ["buffer of pH 7.00 (1 of 3).", "buffer of pH 4.00 (2 of 3).", "buffer of pH 10.00 (3 of 3)."].map((message) =>
      message.slice(-25),
    ),
  );
  expect(output).toEqual({ points: 3, acid: expect.closeTo(98.5, 0), base: expect.closeTo(98.5, 0) });
  expect(state()).toMatchObject({ validity: "valid", current: { invocation: id } });
  expect(state().current?.points[1]).toEqual({
    ...{
      name: "low",
      reference: { value: 4, unit: "[pH]" },
      measured: { value: expect.closeTo(4.05, 1), unit: "[pH]" },
    },
    conditions: { temperature: { value: 25, unit: "Cel" } },
  });
  expect(state().current?.fit).toEqual({
    acid: { value: expect.closeTo(98.5, 0), unit: "%" },
    base: { value: expect.closeTo(98.5, 0), unit: "%" },
    offset: { value: expect.closeTo(-3.55, 0), unit: "mV" },
  });
  twin.put(9.2);
  await bench.clock.advance(100_000);
  expect(await bench.read("ph", "ph")).toBeCloseTo(9.2, 1);
});

test("cancelled before the first point, nothing has changed; after it, the record says what the circuit has left", async () => {
  const { bench, twin, state } = await openGuided();
  await bench.run("ph", "calibrate_guided", quick);
  const first = bench.start("ph", "calibrate_guided", quick);
  await bench.clock.advance(5000);
  await bench.cancel(first);
  await bench.ended(first);
  expect([twin.electrode.count, state().validity, names(state())]).toEqual([3, "valid", ["mid", "low", "high"]]);
  const second = bench.start("ph", "calibrate_guided", quick);
  await bench.clock.until(twin.received(/Cal,mid/));
  await bench.clock.advance(5000);
  await bench.cancel(second);
  await bench.ended(second);
  expect(second.status).toBe("cancelled");
  expect([twin.electrode.count, state().validity, names(state())]).toEqual([1, "invalid", ["mid"]]);
  expect(state().reason).toBe("the calibration of ph was not brought to its end: 1 of 3 points");
  expect(warnings(await bench.run("ph", "measure"))).toEqual([state().reason]);
});

test("cancelled while the circuit takes a point, the record has that point", async () => {
  const { bench, twin, state } = await openGuided();
  const calibrating = bench.start("ph", "calibrate_guided", quick);
  await bench.clock.until(twin.received(/Cal,mid/));
  await bench.cancel(calibrating);
  await bench.ended(calibrating);
  expect([calibrating.status, twin.electrode.count, names(state()), state().validity]).toEqual([
    ...["cancelled", 1, ["mid"], "invalid"],
  ]);
});

test("where the cable is lost while the circuit takes a point, nobody knows, and the record says so", async () => {
  const { bench, twin, state } = await openGuided();
  await bench.run("ph", "calibrate_guided", quick);
  const again = bench.start("ph", "calibrate_guided", quick);
  await bench.clock.until(twin.received(/Cal,mid/));
  twin.unplug();
  await bench.ended(again);
  expect(again.status).toBe("error");
  expect(state().validity).toBe("invalid");
  expect(state().reason).toContain("nobody knows whether the circuit has taken Cal,mid,7.00");
});

test("the wrong buffer is noticed and asked for again, three times at most", async () => {
  let wrong = 1;
  const once = await openGuided((asked) => (asked === 4 && wrong-- > 0 ? 7 : asked));
  const { error } = await once.bench.run("ph", "calibrate_guided", quick);
  expect(error).toBeUndefined();
  expect(once.asked).toHaveLength(4);
  expect(once.asked[2]).toContain("It shows pH 7.");
  const always = await openGuided((asked) => (asked === 10 ? 7 : asked));
  const failed = await always.bench.run("ph", "calibrate_guided", quick);
  expect(failed.error).toBeInstanceOf(DeviceFaultError);
  expect([names(always.state()), always.state().current?.incomplete]).toEqual([["mid", "low"], "2 of 3 points"]);
});

test("a slope that no sound electrode has is an error, and the calibration not to be relied upon", async () => {
  const { bench, state } = await openGuided((asked) => (asked === 4 ? 4.5 : asked));
  const { error } = await bench.run("ph", "calibrate_guided", quick);
  expect(error?.message).toContain("% on the acid side, where 90 to 105 % are in order");
  expect(state().reason).toContain("% on the acid side");
  expect(state().current?.points).toHaveLength(3);
});

test.each([
  [{ points: 1 }, ["mid"], { points: 1, acid: null, base: null }],
  [{ points: 2 }, ["mid", "low"], { points: 2, acid: expect.closeTo(98.5, 0), base: null }],
])("fewer points are a calibration, too: %j", async (input, points, output) => {
  const { bench, state } = await openGuided();
  expect((await bench.run("ph", "calibrate_guided", { ...quick, ...input })).output).toEqual(output);
  expect([state().validity, names(state())]).toEqual(["valid", points]);
});

test("buffers in the wrong order are refused before anybody is asked", async () => {
  const { bench, asked } = await openGuided();
  expect((await bench.run("ph", "calibrate_guided", { low: 9 })).error).toBeInstanceOf(InputError);
  expect(asked).toEqual([]);
});

test("point by point the record grows, until it is cleared", async () => {
  const { bench, twin, state } = await openGuided();
  const calibrate = async (point: string, buffer: number) => {
    twin.put(buffer);
    return bench.run("ph", "calibrate", { point, ph: buffer, ...quick });
  };
  await calibrate("mid", 7);
  await calibrate("high", 10);
  await calibrate("high", 10);
  expect([state().validity, names(state())]).toEqual(["valid", ["mid", "high"]]);
  expect(Object.keys(state().current?.fit ?? {})).toEqual(["base", "offset"]);
  await bench.run("ph", "clear_calibration");
  expect([state().validity, twin.electrode.count]).toEqual(["none", 0]);
});

test("a point that the circuit refuses changes nothing", async () => {
  const { bench, twin, state } = await openGuided();
  await bench.run("ph", "calibrate_guided", quick);
  twin.override(/Cal,low,.*/, "*ER");
  const { error } = await bench.run("ph", "calibrate", { point: "low", ph: 10, ...quick });
  expect(error).toBeInstanceOf(DeviceFaultError);
  expect([state().validity, names(state())]).toEqual(["valid", ["mid", "low", "high"]]);
});

test("a circuit that was calibrated elsewhere is warned of when it measures", async () => {
  const { bench, twin } = await openGuided();
  await bench.run("ph", "calibrate_guided", quick);
  twin.electrode.clear();
  expect(warnings(await bench.run("ph", "measure"))).toEqual([expect.stringContaining("the circuit counts 0 points")]);
});
