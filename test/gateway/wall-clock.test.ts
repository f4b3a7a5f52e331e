import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import counter from "../../drivers/counter.ts";
import pump from "../../drivers/syringe-pump.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { Handover } from "../../src/gateway/handover.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { temporaryFolder } from "../journal/fixture.ts";

const day = 86_400_000;
const jumps = { "10 years on": 3650 * day, "2 weeks back": -14 * day, "1 s back": -1000 };

afterEach(() => void vi.useRealTimers());

describe.each(Object.entries(jumps))("F33: the wall clock jumps %s", (_, jumpMs) => {
  const jump = () => vi.setSystemTime(Date.now() + jumpMs);

  test("and what waits, ends and is measured does so as if it had not; the history stays in order", async () => {
    const undisturbed = await ranFor(() => {});
    const disturbed = await ranFor(jump);
    expect(disturbed.ms).toEqual(undisturbed.ms);
    expect(disturbed.delivered).toEqual(undisturbed.delivered);
    expect(disturbed.order).toEqual([...disturbed.order].sort((a, b) => a - b));
    for (const ms of disturbed.durations) expect(ms).toBeGreaterThanOrEqual(0);
  });

  test("between two starts, and the order of the history stays that in which all was asked", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const stateDirectory = temporaryFolder();
    const placed = { counter: { definition: counter } };
    const first = await openBench(placed, { stateDirectory });
    const { id: before } = await first.run("counter", "noop");
    await first.close();
    jump();
    const second = await openBench(placed, { stateDirectory });
    const { id: after } = await second.run("counter", "noop");
    const listed = await second.gateway.invocations.list({}, "history");
    expect(listed.map(({ id }) => id)).toEqual([before, after]);
    await second.close();
  });

  test("while benchd is away, and what stays on meanwhile has been on for as long as it was", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const file = join(temporaryFolder(), "handed-on.json");
    const since = (ms: number, boot: string | undefined = "this") => ({ boot, now: () => ms });
    const on = [{ name: "heater", handOn: () => ({ lamp: 5000 }) }];
    const leave = async (boot?: string) => (await Handover.open(file, () => {}, since(1000, boot))).write(on);
    await leave();
    jump();
    expect((await Handover.open(file, () => {}, since(4000))).of("heater")).toEqual({ lamp: 8000 });
    // Another start of the machine: the wall clock is all there is, and nothing was on for less than none of it.
    await leave();
    jump();
    const told = (await Handover.open(file, () => {}, since(4000, "another"))).of("heater");
    expect(told).toEqual({ lamp: 5000 + Math.max(0, jumpMs) });
  });
});

/** A dose that jumps happen in the middle of, something that waits behind it, and how long all that took. */
async function ranFor(jump: () => void) {
  vi.useFakeTimers({ toFake: ["Date"] });
  const config = { diameter: 26.59, syringeVolume: 60 };
  const bench = await openBench({ pump: { definition: pump, twin: pumpTwin, config } });
  const first = bench.start("pump", "dispense", { volume: 0.1 });
  const second = bench.start("pump", "dispense", { volume: 0.1 });
  await bench.clock.advance(500);
  jump();
  await bench.ended(first);
  const firstMs = bench.clock.now();
  await bench.clock.advance(100);
  jump();
  await bench.ended(second);
  const ms = [firstMs, bench.clock.now()];
  const listed = await bench.gateway.invocations.list({}, "history");
  const durations = listed.flatMap(({ waitedMs = -1, ranMs = -1 }) => [waitedMs, ranMs]);
  const delivered = [first, second].map(({ status, delivery }) => [status, delivery]);
  await bench.close();
  vi.useRealTimers();
  return { ms, delivered, durations, order: listed.map(({ seq }) => seq) };
}
