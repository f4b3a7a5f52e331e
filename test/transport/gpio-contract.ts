import assert from "node:assert/strict";
import type { Clock } from "../../src/clock.ts";
import { ConfigError, PortBusyError } from "../../src/errors.ts";
import type { Edge, GpioChip, InputLine } from "../../src/transport/gpio.ts";

/** A chip, and the world around it, which deals in electrical levels. */
export interface GpioWorld {
  readonly chip: GpioChip;
  readonly clock: Clock;
  /** The chip sets pulls; one that cannot has to say what to do instead. */
  readonly pulls: boolean;
  /** What the circuit outside does with a line that nobody drives. */
  drive(line: number, high: boolean): void;
  level(line: number): boolean;
  /** Note every level of a line from now on, without the back end under test, until it is called. */
  watch(line: number): Promise<() => Promise<readonly boolean[]>>;
  /** Let bench time pass. */
  pass(ms: number): Promise<void>;
  /** Change the level of a line as often as can be for `ms`; leaves it low. */
  storm(line: number, ms: number): Promise<void>;
}

type Case = readonly [name: string, run: (world: GpioWorld) => Promise<void>];

/** Bench time in which the slowest of them tells an edge; ms. */
const soon = 60;
/** The same in an emulated machine on a host that has much else to do. */
const inTheEnd = 3000;

async function until({ pass }: GpioWorld, happened: () => boolean): Promise<void> {
  for (let waited = 0; waited < inTheEnd && !happened(); waited += soon) await pass(soon);
}

/** What holds for every back end. `node:assert` only: it runs in a test runner and in a virtual machine without one. */
export const gpioContract: readonly Case[] = [
  ...[false, true].flatMap((activeLow) =>
    [false, true].map((on): Case => {
      const index = Number(on) + 2 * Number(activeLow);
      return [
        `an output that is first ${on ? "on" : "off"}${activeLow ? ", active low," : ""} never has another level`,
        async ({ chip, drive, watch, pass }) => {
          const high = on !== activeLow;
          // A pulse shows where the pull agrees; whether the line is driven shows where it is against it.
          for (const against of [false, true]) {
            const line = index + (against ? 0 : 18);
            drive(line, high !== against);
            const seen = await watch(line);
            const output = await chip.openOutput({ line, activeLow }, "test.output", on);
            await pass(soon);
            assert.deepEqual(await seen(), against ? [!high, high] : [high]);
            assert.equal(output.read(), on);
            output.release();
          }
        },
      ];
    }),
  ),
  [
    "an output is written at once, and read back",
    async ({ chip, level }) => {
      const output = await chip.openOutput({ line: 6, activeLow: true }, "test.output", false);
      for (const on of [true, false, true]) {
        output.write(on);
        assert.deepEqual([output.read(), level(6)], [on, !on]);
      }
      output.write(false);
      output.release();
      output.release();
    },
  ],
  [
    "an input has logical levels",
    async ({ chip, drive, pass }) => {
      drive(17, true);
      drive(14, true);
      const plain = await chip.openInput({ line: 17 }, "test.plain");
      const inverted = await chip.openInput({ line: 14, activeLow: true }, "test.inverted");
      assert.deepEqual([plain.read(), inverted.read()], [true, false]);
      drive(17, false);
      drive(14, false);
      await pass(soon);
      assert.deepEqual([plain.read(), inverted.read()], [false, true]);
      plain.release();
      inverted.release();
    },
  ],
  [
    "a pull is set, or refused with what to do",
    async ({ chip, pulls, level }) => {
      for (const pull of ["up", "down"] as const) {
        const opening = chip.openInput({ line: 22, pull }, "test.pulled");
        if (!pulls) {
          await assert.rejects(
            opening,
            (error) => error instanceof ConfigError && /gpio=22=ip,p[ud]/.test(error.message),
          );
          continue;
        }
        const input = await opening;
        assert.deepEqual([input.read(), level(22)], [pull === "up", pull === "up"]);
        input.release();
      }
    },
  ],
  [
    "a taken line is refused with its holder, and is free once it has been released",
    async ({ chip }) => {
      const wiring = { line: 23 };
      const first = await chip.openInput(wiring, "oven.door");
      const refusal = (error: unknown) => error instanceof PortBusyError && /oven\.door/.test(error.message);
      await assert.rejects(chip.openInput(wiring, "bath.door"), refusal);
      await assert.rejects(chip.openOutput(wiring, "bath.lamp", false), refusal);
      first.release();
      first.release();
      const second = await chip.openOutput(wiring, "bath.lamp", true);
      await assert.rejects(chip.openOutput(wiring, "oven.lamp", false), /bath\.lamp/);
      assert.equal(second.read(), true);
      second.release();
      (await chip.openOutput(wiring, "oven.lamp", false)).release();
    },
  ],
  [
    "a line that the chip does not have is refused",
    async ({ chip }) => {
      await assert.rejects(chip.openInput({ line: 99 }, "test.none"), ConfigError);
    },
  ],
  [
    "edges are told in order, each at its time, until the line is released",
    async (world) => {
      const { chip, clock, drive, pass } = world;
      drive(24, false);
      const input = await chip.openInput({ line: 24, activeLow: true }, "test.edges");
      const { edges } = watching(input);
      const times: number[] = [];
      for (const high of [true, false, true]) {
        await pass(soon);
        times.push(clock.now());
        drive(24, high);
        await until(world, () => edges.length === times.length);
      }
      assert.deepEqual(
        edges.map(({ rising, missed }) => ({ rising, missed })),
        [false, true, false].map((rising) => ({ rising, missed: undefined })),
      );
      for (const [index, { at }] of edges.entries()) {
        const late = at - (times[index] ?? 0);
        assert.ok(late >= -1 && late <= inTheEnd, `edge ${index} is told to have come ${late} ms after it was made`);
      }
      input.release();
      drive(24, false);
      await pass(soon);
      assert.equal(edges.length, 3);
    },
  ],
  [
    "bounce that is shorter than debounceMs is no edge",
    async (world) => {
      const { chip, drive, pass } = world;
      drive(25, false);
      const input = await chip.openInput({ line: 25, debounceMs: 250 }, "test.debounced");
      const { edges } = watching(input);
      for (const high of [true, false, true, false, true]) drive(25, high);
      assert.equal(input.read(), false);
      await until(world, () => edges.length > 0);
      assert.equal(input.read(), true);
      for (const high of [false, true, false, true]) drive(25, high);
      await pass(500);
      assert.deepEqual(
        edges.map(({ rising }) => rising),
        [true],
      );
      input.release();
    },
  ],
  [
    "F46 a storm of edges is cut short and told once, and the level is right when it is over",
    async (world) => {
      world.drive(27, false);
      const input = await world.chip.openInput({ line: 27 }, "test.storm");
      const { edges, warnings } = watching(input);
      const seconds = 1;
      await world.storm(27, seconds * 1000);
      world.drive(27, true);
      await until(world, () => edges.at(-1)?.rising === true && input.read());
      await world.pass(200);
      assert.ok(edges.length > 10, `only ${edges.length} edges were told`);
      assert.ok(edges.length <= 2000 * seconds + 600, `${edges.length} edges were told`);
      assert.ok(warnings.length <= 1, warnings.join("\n"));
      assert.deepEqual([edges.at(-1)?.rising, input.read()], [true, true]);
      assert.deepEqual(
        edges.filter(({ at }, index) => at < (edges[index - 1]?.at ?? 0)),
        [],
        "edges are out of order",
      );
      world.drive(27, false);
      await until(world, () => edges.at(-1)?.rising === false);
      assert.equal(edges.at(-1)?.rising, false);
      input.release();
    },
  ],
];

/** Keeps what a line tells. */
export function watching(input: InputLine) {
  const edges: Edge[] = [];
  const warnings: string[] = [];
  const losses: Error[] = [];
  input.watch({
    changed: (edge) => edges.push(edge),
    warn: (message) => warnings.push(message),
    lost: (error) => losses.push(error),
  });
  return { edges, warnings, losses };
}
