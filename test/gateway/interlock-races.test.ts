import fc from "fast-check";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { background, shield } from "../../src/ambient.ts";
import { wait } from "../../src/context.ts";
import { DefinitionError } from "../../src/errors.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { defineTwin } from "../../src/twin/twin.ts";
import { unhandledRejections } from "../unhandled.ts";
import { lidOpen, lidThing } from "./interlock-bench.ts";
import { relay } from "./relay.ts";

const unhandled = unhandledRejections();

/** An oven whose every step ends when the random scheduler says so, and a baker who uses it in every way there is. */
async function openKitchen(schedule: fc.Scheduler, on: "abort" | "block") {
  const pause = (what: string) =>
    wait<void>(({ resolve }) => {
      void schedule.schedule(Promise.resolve(), what).then(() => resolve());
      return () => {};
    });
  const ovenDefinition = defineThing({
    title: "Oven",
    config: Type.Object({}),
    outputs: { heater: { safe: false } },
    properties: {
      power: { title: "Power", schema: Type.Boolean(), drives: "heater", maxAgeMs: 0 },
      quick: { title: "The same, beside the lane", schema: Type.Boolean(), concurrent: true, maxAgeMs: 0 },
    },
    actions: {
      heat: { title: "Heat" },
      aside: { title: "Heat beside the lane", lane: false },
      stubborn: { title: "Heat whatever comes", cancelGraceMs: 60_000 },
    },
    async open({ gpio }) {
      const pin = await gpio.output("heater");
      const heat = async (to = true) => {
        await pause("before it switches");
        pin.write(to);
        await pause("after it has switched");
      };
      return {
        read: { power: () => pin.read(), quick: () => pin.read() },
        write: { power: heat, quick: heat },
        invoke: {
          heat: () => heat(),
          aside: () => heat(),
          stubborn: () => shield(() => heat()).catch(() => shield(() => heat())),
        },
      };
    },
  });
  const bakerDefinition = defineThing({
    title: "Baker",
    config: Type.Object({}),
    uses: { oven: ovenDefinition },
    actions: {
      reserve: { title: "Bake", reserves: ["oven"] },
      nest: { title: "Bake without reserving" },
      write: { title: "Write, twice" },
      behind: { title: "Bake in the background" },
    },
    async open({ things: { oven } }) {
      const nest = async () => {
        await pause("before the call");
        await oven.invoke.heat();
        await pause("after the call");
        await oven.invoke.heat();
      };
      return {
        invoke: {
          reserve: nest,
          nest,
          async write() {
            await oven.write.power(true);
            await pause("between the writes");
            await oven.write.quick(true);
          },
          behind: () => background(nest),
        },
      };
    },
  });
  const twin = defineTwin((context) => {
    const chip = context.gpio?.chip;
    if (!chip) throw new DefinitionError("an oven has a pin");
    return {
      level: () => chip.level(1),
      watch: (changed: (level: boolean) => void) => chip.watchLevel(1, changed),
    };
  });
  const { lid, definition } = lidThing();
  const bench = await openBench(
    {
      lid: { definition },
      oven: { definition: ovenDefinition, twin, gpio: { heater: { line: 1 } } },
      baker: { definition: bakerDefinition, uses: { oven: "oven" } },
    },
    { interlocks: [{ ...lidOpen, on, pollMs: 60_000, maxAgeMs: 120_000 }] },
  );
  return { bench, lid };
}

const ways = [
  ["oven", "heat"],
  ["oven", "aside"],
  ["oven", "stubborn"],
  ["baker", "reserve"],
  ["baker", "nest"],
  ["baker", "write"],
  ["baker", "behind"],
] as const;
const client = fc.oneof(
  fc.constantFrom(...ways.map((way) => ({ way }))),
  fc.constantFrom("power" as const, "quick" as const).map((property) => ({ property })),
);

test("however a trip falls between the steps of others, the output is not switched on again before it is reset", async () => {
  const seen = { cut: 0, refused: 0, completed: 0, heated: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(client, { minLength: 1, maxLength: 8 }),
      fc.nat(8),
      async (schedule, clients, tripAt) => {
        const { bench, lid } = await openKitchen(schedule, "abort");
        const interlock = bench.gateway.interlocks.get("lid_open");
        const trips: boolean[] = [];
        bench.twins.oven.watch((level) => {
          if (level) trips.push(interlock.trip !== undefined);
        });
        const asked: ReturnType<typeof bench.start>[] = [];
        const writes: Promise<unknown>[] = [];
        const act = (one: (typeof clients)[number]) => {
          try {
            if ("way" in one) asked.push(bench.start(one.way[0], one.way[1]));
            else
              writes.push(
                bench
                  .thing("oven")
                  .write(one.property, true)
                  .catch(() => void seen.refused++),
              );
          } catch {
            seen.refused++;
          }
        };
        const trip = () => {
          lid.closed = false;
          lid.tell();
        };
        const steps = clients.map((one) => () => act(one));
        steps.splice(tripAt % (clients.length + 1), 0, trip);
        const done = steps.map((step, n) => schedule.schedule(Promise.resolve(), `client ${n}`).then(step));
        await schedule.waitFor(Promise.all(done));
        const ends = Promise.all([...asked.map(({ ended }) => ended), ...writes]);
        await bench.clock.until(Promise.race([schedule.waitFor(ends), ends]));
        expect(trips).not.toContain(true);
        expect(interlock.trip).toBeDefined();
        expect([bench.twins.oven.level(), bench.thing("oven").lane.idle]).toEqual([false, true]);
        expect(asked.filter(({ status }) => !isTerminal(status))).toEqual([]);
        seen.heated += trips.length;
        for (const { status, reason } of asked)
          if (status === "completed") seen.completed++;
          else if (reason === "interlocked") seen.cut++;
          else seen.refused++;
        await bench.clock.until(bench.gateway.close({ graceMs: 0 }));
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
  // It is worth something only if all of that has occurred.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  expect(unhandled).toEqual([]);
});

test("what only keeps from beginning lets nothing begin, whichever step the trip falls on, and ends with the output safe", async () => {
  let finished = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(client, { minLength: 1, maxLength: 5 }), async (schedule, clients) => {
      const { bench, lid } = await openKitchen(schedule, "block");
      const before = clients.flatMap((one) => ("way" in one ? [bench.start(one.way[0], one.way[1])] : []));
      lid.closed = false;
      lid.tell();
      await bench.clock.advance(1);
      expect(() => bench.start("oven", "heat")).toThrow(/lid_open/);
      expect(() => bench.start("baker", "reserve")).toThrow(/lid_open/);
      await expect(bench.thing("oven").write("quick", true)).rejects.toThrow(/lid_open/);
      const ends = Promise.all(before.map(({ ended }) => ended));
      await bench.clock.until(Promise.race([schedule.waitFor(ends), ends]));
      lid.tell();
      await bench.clock.advance(100);
      expect([bench.twins.oven.level(), bench.thing("oven").lane.idle]).toEqual([false, true]);
      for (const { status, reason } of before) {
        expect(reason).not.toBe("interlocked");
        if (status === "completed") finished++;
      }
      await bench.clock.until(bench.gateway.close({ graceMs: 0 }));
    }),
    { numRuns: 50, endOnFailure: true },
  );
  expect(finished).toBeGreaterThan(0);
});

test("a Thing that has news at every reading is read often, and not without a pause", async () => {
  let readings = 0;
  const definition = defineThing({
    title: "Lid",
    config: Type.Object({}),
    properties: { closed: { title: "Closed", schema: Type.Boolean(), readOnly: true, maxAgeMs: 0 } },
    events: { moved: { title: "It was moved", data: Type.Null() } },
    open: async ({ emit }) => ({
      read: {
        closed() {
          readings++;
          emit("moved", null);
          return true;
        },
      },
    }),
  });
  const oven = relay({ heater: { safe: false } });
  const bench = await openBench({ lid: { definition }, oven }, { interlocks: [lidOpen] });
  readings = 0;
  await bench.clock.advance(1000);
  expect(readings).toBe(100);
  expect(bench.gateway.interlocks.get("lid_open").trip).toBeUndefined();
});
