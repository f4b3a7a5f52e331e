import { Type } from "typebox";
import { expect, test } from "vitest";
import { deliver, report, shield, sleep } from "../../src/ambient.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { lines } from "../../src/transport/lines.ts";
import { simulateSerial } from "../../src/twin/simulate-serial.ts";
import { defineTwin } from "../../src/twin/twin.ts";

/** A driver that ignores every cancel, and the motor it drives. */
function stubborn() {
  let wake = () => {};
  const refused: string[] = [];
  const told: string[] = [];
  const attempt = async (what: string, act: () => unknown) => {
    try {
      await act();
      told.push(what);
    } catch (error) {
      refused.push(`${what}: ${error instanceof Error ? error.name : error}`);
    }
  };
  const definition = defineThing({
    title: "Motor",
    config: Type.Object({}),
    properties: { gear: { title: "Gear", schema: Type.Integer(), persist: true } },
    actions: { spin: { title: "Spin", cancelGraceMs: 100 }, nudge: { title: "Nudge" } },
    events: { turned: { title: "It turned", data: Type.Null() } },
    async open({ serial, emit, changed }) {
      const line = await serial.open({ baudRate: 9600, codec: lines("\n"), resync: { probe: "STATE" } });
      let gear = 1;
      return {
        read: { gear: () => gear },
        write: {
          gear(value) {
            gear = value;
          },
        },
        invoke: {
          async nudge() {
            await line.request("NUDGE");
          },
          async spin() {
            await line.request("SPIN");
            await sleep(60_000).catch(() => {});
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            await attempt("bytes", () => line.request("SPIN FASTER"));
            await attempt("bytes under shield", () => shield(() => line.request("SPIN FASTER")));
            await attempt("a break-in", () => line.breakIn("SPIN FASTER"));
            await attempt("an event", () => emit("turned", null));
            await attempt("a change", () => changed("gear", 2));
            await attempt("progress", () => report({ done: 1, of: 2 }));
            await attempt("a delivery", () => deliver({ unit: "1", requested: 1, confirmed: 1 }));
            await attempt("a wait", () => sleep(1));
          },
        },
        stop: () => line.breakIn("STOP"),
      };
    },
  });
  const twin = defineTwin(({ clock }) =>
    simulateSerial({
      clock,
      baudRate: 9600,
      commandEnd: "\n",
      frame: (reply) => `${reply}\n`,
      rules: [[/.*/, () => "OK"]],
    }),
  );
  return { definition, twin, refused, told, wake: () => wake() };
}

test("a handler that ignores everything is fenced before the stop is sent, and what it tries late reaches nobody", async () => {
  const motor = stubborn();
  const bench = await openBench({ motor: { definition: motor.definition, twin: motor.twin } });
  const spin = bench.start("motor", "spin");
  await bench.clock.advance(1000);
  await bench.cancel(spin);
  await bench.ended(spin);
  expect([spin.status, spin.forced, spin.outcome, bench.thing("motor").state]).toEqual([
    "cancelled",
    true,
    "unknown",
    "quarantined",
  ]);
  const rungs = spin.log.entries().map(({ message }) => message);
  const fenced = rungs.findIndex((message) => message.startsWith("cut off"));
  const stopped = rungs.findIndex((message) => message.includes("stop: confirmed"));
  expect(fenced).toBeGreaterThan(0);
  expect(stopped).toBeGreaterThan(fenced);

  await bench.clock.advance(5000);
  const before = bench.twins.motor.commands.length;
  motor.wake();
  await bench.clock.advance(5000);
  expect(motor.told).toEqual([]);
  const fencedOff = ["bytes", "bytes under shield", "a break-in", "an event", "a change", "progress", "a delivery"];
  expect(motor.refused).toEqual([
    ...fencedOff.map((what) => `${what}: FencedError`),
    "a wait: InvocationCancelledError",
  ]);
  expect(bench.twins.motor.commands.slice(before)).toEqual([]);
  expect([spin.status, bench.thing("motor").state]).toEqual(["cancelled", "ready"]);
});

test("a reset heals the Thing of a handler that never ends, and the old handler cannot reach the new opening", async () => {
  const motor = stubborn();
  const bench = await openBench({ motor: { definition: motor.definition, twin: motor.twin } });
  const spin = bench.start("motor", "spin");
  await bench.clock.advance(1000);
  await bench.cancel(spin);
  await bench.ended(spin);
  expect([spin.forced, bench.thing("motor").state]).toEqual([true, "quarantined"]);
  await bench.clock.until(bench.thing("motor").reset());
  expect(bench.thing("motor").state).toBe("ready");
  expect((await bench.run("motor", "nudge")).status).toBe("completed");
  const before = bench.twins.motor.commands.length;
  motor.wake();
  await bench.clock.advance(5000);
  expect([motor.told, bench.twins.motor.commands.slice(before), bench.thing("motor").state]).toEqual([[], [], "ready"]);
});
