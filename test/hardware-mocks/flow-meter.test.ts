import { DiscreteClock, simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import makeMeter from "../../hardware-mocks/flow-meter.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { FaultBoard } from "../../src/twin/fault-board.ts";

const line = 27;

/** Counts how often it is asked for a timer. */
class CountingClock extends DiscreteClock {
  timers = 0;

  override after(...timer: Parameters<DiscreteClock["after"]>) {
    this.timers++;
    return super.after(...timer);
  }
}

async function openMeter() {
  const clock = new CountingClock();
  const chip = new SimulatedGpioChip(clock);
  const meter = simulatedBench(clock).place(
    makeMeter,
    "flow",
    { pulsesPerLitre: 1000 },
    { chip, wiring: { pulses: { line } } },
  );
  const edges: number[] = [];
  chip.watchLevel(line, () => edges.push(clock.now()));
  return { clock, chip, meter, edges };
}

test("while somebody holds the pin, pulses come as evenly as the water flows", async () => {
  const { clock, chip, meter, edges } = await openMeter();
  await chip.openInput({ line }, "test");
  meter.pour(600);
  await clock.advance(1000);
  expect(meter.pulses).toBe(10);
  expect(edges).toHaveLength(20);
  for (const [i, at] of edges.entries()) expect(at).toBeCloseTo(50 * (i + 1), 1);
});

test("while nobody holds the pin, no timer is spent on a pulse, and none is forgotten", async () => {
  const { clock, meter, edges } = await openMeter();
  meter.pour(6000);
  await clock.advance(600_000);
  expect(clock.timers).toBeLessThan(610);
  expect([meter.pulses, edges]).toEqual([60_000, []]);
  meter.pour(0);
  const before = clock.timers;
  await clock.advance(600_000);
  expect(clock.timers).toBe(before);
});

test("a cable that came loose brings no pulse", async () => {
  const { clock, chip, meter, edges } = await openMeter();
  await chip.openInput({ line }, "test");
  meter.disconnect();
  meter.pour(600);
  await clock.advance(1000);
  expect([meter.pulses, edges]).toEqual([10, []]);
});

test("a disturbance is as many pulses at once", async () => {
  const { chip, meter, edges } = await openMeter();
  await chip.openInput({ line }, "test");
  meter.disturb(7);
  expect(edges).toHaveLength(14);
});

/** The edges of each second: with the fault, and after it was ended. */
async function edgesWith(name: string, input: unknown) {
  const { clock, chip, meter, edges } = await openMeter();
  await chip.openInput({ line }, "test");
  meter.pour(600);
  const faults = new FaultBoard(meter);
  const second = async () => {
    edges.length = 0;
    await clock.advance(1000);
    return edges.length;
  };
  faults.apply(name, input);
  const during = await second();
  faults.end(name);
  return [during, await second()];
}

test.each([
  ["air", { times: 3 }, 60],
  ["air", { times: 0 }, 0],
  ["bounce", {}, 40],
])("with the fault %s, %o there are other edges until it is ended", async (name, input, during) => {
  expect(await edgesWith(name, input)).toEqual([during, 20]);
});

test("the fault storm is as many pulses at once", async () => {
  const { chip, meter, edges } = await openMeter();
  await chip.openInput({ line }, "test");
  new FaultBoard(meter).apply("storm", { pulses: 7 });
  expect(edges).toHaveLength(14);
});

test("a meter that was taken away no longer looks at the water", async () => {
  const { clock, meter } = await openMeter();
  meter.pour(600);
  meter.close();
  meter.pour(300);
  expect(clock.nextDue()).toBeUndefined();
});
