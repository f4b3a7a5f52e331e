import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { type GpioWorld, gpioContract, watching } from "./gpio-contract.ts";

function simulated(): GpioWorld & { readonly chip: SimulatedGpioChip; readonly clock: DiscreteClock } {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const drive = (line: number, high: boolean) => chip.drive(line, high);
  return {
    chip,
    clock,
    pulls: true,
    drive,
    level: (line) => chip.level(line),
    async watch(line) {
      const seen = [chip.level(line)];
      const stop = chip.watchLevel(line, (level) => seen.push(level));
      return async () => {
        stop();
        return seen;
      };
    },
    pass: (ms) => clock.advance(ms),
    /** At 100 kHz: a change every 5 µs. */
    async storm(line, ms) {
      for (let slice = 0; slice < ms; slice++) {
        for (let change = 0; change < 200; change++) drive(line, change % 2 === 0);
        await clock.advance(1);
      }
    },
  };
}

describe("the simulated chip", () => {
  for (const [name, run] of gpioContract) it(name, () => run(simulated()));
});

describe("F46 an edge storm of 100 kHz", () => {
  it("is told once, counted, and over when it is over", async () => {
    const world = simulated();
    const input = await world.chip.openInput({ line: 27 }, "test.storm");
    const { edges, warnings } = watching(input);
    await world.storm(27, 1000);
    await world.pass(200);
    expect(warnings).toEqual([expect.stringContaining("more than 2000 edges a second on GPIO27")]);
    expect(edges).toHaveLength(2000);
    const counted = edges.reduce((sum, { missed = 0 }) => sum + 1 + missed, 0);
    // The last window's are told with the next edge.
    world.drive(27, true);
    await world.pass(1);
    expect(edges.at(-1)?.missed).toBe(200_000 - counted);
  });

  it("is told again when it comes again after 10 s of calm", async () => {
    const world = simulated();
    const input = await world.chip.openInput({ line: 27 }, "test.storm");
    const { warnings } = watching(input);
    await world.storm(27, 200);
    await world.pass(5000);
    await world.storm(27, 200);
    expect(warnings).toHaveLength(1);
    await world.pass(11_000);
    await world.storm(27, 200);
    expect(warnings).toHaveLength(2);
  });

  it("does not settle a debounced input while it lasts", async () => {
    const world = simulated();
    world.drive(27, false);
    const input = await world.chip.openInput({ line: 27, debounceMs: 20 }, "test.storm");
    const { edges } = watching(input);
    await world.storm(27, 1000);
    expect([edges, input.read()]).toEqual([[], false]);
    world.drive(27, true);
    await world.pass(200);
    expect([edges.map(({ rising }) => rising), input.read()]).toEqual([[true], true]);
  });
});
