import { expect, test } from "vitest";
import type { SimulatedGpioChip } from "../../../src/transport/gpio-simulated.ts";
import { openReloadable } from "./reloaded.ts";

const lampLine = 22;
const relays = (more = "", lamp = lampLine) => `
  relays:
    driver: relays
    gpio: { pump_power: 17, vent: 27, lamp: ${lamp} }
    outputs: { lamp: { onStop: hold, onStart: hold, maxOnMs: 60000 } }
    ${more}`;
const bench = (...things: readonly string[]) => `things:\n  a: { driver: counter }${things.join("")}\n`;

/** A bench with relays on a simulated chip, and all levels that the lamp's line has had. */
async function lit(text: string) {
  const levels: boolean[] = [];
  let chip: SimulatedGpioChip | undefined;
  const opened = await openReloadable(text, {
    twin: ({ gpio }) => {
      if (gpio && gpio.chip !== chip) {
        chip = gpio.chip;
        chip.watchLevel(lampLine, (level) => levels.push(level));
      }
      return {};
    },
  });
  const { clock, gateway } = opened;
  if (gateway.things.has("relays")) await clock.until(gateway.thing("relays").write("lamp", true));
  levels.length = 0;
  return { ...opened, levels, level: (line = lampLine) => chip?.level(line) };
}

test("what is held over a stop stays as it is when its Thing is opened anew, without an edge, and its time goes on", async () => {
  const { gateway, clock, begin, levels, level, close } = await lit(bench(relays()));
  await clock.advance(40_000);
  await begin(bench(relays("title: On the wall")));
  expect([gateway.thing("relays").title, levels, level()]).toEqual(["On the wall", [], true]);
  expect(await clock.until(gateway.thing("relays").read("lamp"))).toBe(true);
  await clock.advance(15_000);
  expect(level()).toBe(true);
  await clock.advance(10_000);
  expect([level(), levels]).toEqual([false, [false]]);
  await close();
});

test("an output that would go safe is in the way; told so it goes safe, and its line is free for another Thing", async () => {
  const { gateway, begin, levels, level, close } = await lit(bench(relays()));
  const moved = bench(relays("", 23), "\n  valve: { driver: valve, gpio: { valve: 22 } }");
  await expect(begin(moved)).rejects.toMatchObject({ busy: ["relays.lamp is on, and would be made safe"] });
  expect([levels, level()]).toEqual([[], true]);
  await begin(moved, { busy: "stop" });
  expect([levels.at(0), level(23)]).toEqual([false, false]);
  expect(Object.values(gateway.states()).map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
  await close();
});

test("nothing of a Thing that is taken away stays on, whatever its contract holds", async () => {
  const { begin, level, close } = await lit(bench(relays()));
  await expect(begin(bench())).rejects.toThrow("relays.lamp is on");
  await begin(bench(), { busy: "stop" });
  expect(level()).toBe(false);
  await close();
});

test("the emergency stop reaches what is held also where the Thing that holds it is just being opened anew", async () => {
  const held = (more = "") => bench(relays(more)).replace("lamp: { onStop", "pump_power: { onStop");
  const { gateway, clock, begin, level, close } = await lit(held());
  await clock.until(gateway.thing("relays").write("lamp", false));
  await clock.until(gateway.thing("relays").write("pump_power", true));
  const at: string[] = [];
  gateway.events.listen(({ event }) => {
    if (event.kind !== "configuration") return;
    at.push(gateway.thing("relays").state, String(level(17)));
    void gateway.emergencyStop.trip("ada");
    at.push(String(level(17)));
  });
  await begin(held("title: On the wall"));
  expect([at, level(17)]).toEqual([["closed", "true", "false"], false]);
  await close();
});

const guarded = (a: string, interlock: string) =>
  `things:\n  a: ${a}\n  b: { driver: counter }${relays()}\n${interlock && `interlocks:\n  lid: ${interlock}\n`}`;
const lid = "{ thing: a, property: counter, equals: 0, outputs: [relays.pump_power], pollMs: 100, maxAgeMs: 1000 }";
const plain = "{ driver: counter }";

test("an interlock that has tripped stays so over reloads, and is taken out, or lets go of an output, once it was reset", async () => {
  const { gateway, clock, begin, close } = await lit(guarded(plain, lid));
  await clock.until(gateway.thing("a").write("counter", 1));
  await clock.advance(200);
  expect(gateway.interlocks.get("lid").trip).toBeDefined();
  const power = () => clock.until(gateway.thing("relays").write("pump_power", true));
  // Its Thing is opened anew, and counts from 0.
  await begin(guarded("{ driver: counter, title: Lid }", lid));
  await clock.advance(500);
  expect(gateway.interlocks.get("lid").watch.condition.state).toBe("met");
  await expect(power()).rejects.toThrow("the interlock lid");
  // It is another, and watches something else.
  await begin(guarded("{ driver: counter, title: Lid }", lid.replace("thing: a", "thing: b")));
  await clock.advance(500);
  await expect(power()).rejects.toThrow("the interlock lid");
  const now = guarded("{ driver: counter, title: Lid }", lid.replace("thing: a", "thing: b"));
  const without = guarded("{ driver: counter, title: Lid }", "");
  for (const busy of ["refuse", "stop"] as const) {
    await expect(begin(without, { busy })).rejects.toMatchObject({
      busy: ["the interlock lid has tripped (a.counter is 1, not 0), and would be gone: reset it first"],
    });
    await expect(begin(now.replace("relays.pump_power]", "relays.vent]"), { busy })).rejects.toThrow(
      "would let go of relays.pump_power: reset it first",
    );
  }
  await expect(power()).rejects.toThrow("the interlock lid");
  await clock.until(gateway.interlocks.reset("lid", "ada"));
  await begin(without);
  await power();
  expect(gateway.interlocks.all).toEqual([]);
  await close();
});

test("an interlock that has tripped and gets another name stays tripped under that, and is reset under that", async () => {
  const { gateway, clock, begin, close } = await lit(guarded(plain, lid));
  await clock.until(gateway.thing("a").write("counter", 1));
  await clock.advance(200);
  const why = gateway.interlocks.get("lid").trip?.why;
  // What it watches is in order again: all that stands between the pump and its power is the latch.
  await clock.until(gateway.thing("a").write("counter", 0));
  await clock.advance(200);
  await begin(guarded(plain, lid).replace("lid:", "cover:"));
  await clock.advance(200);
  const cover = gateway.interlocks.get("cover");
  expect([gateway.interlocks.all.length, cover.trip?.why, cover.watch.condition.state]).toEqual([1, why, "met"]);
  const power = () => clock.until(gateway.thing("relays").write("pump_power", true));
  await expect(power()).rejects.toThrow("the interlock cover");
  await clock.until(gateway.interlocks.reset("cover", "ada"));
  await power();
  await close();
});

test("where two interlocks exchange their names the one that has tripped is the same one, and not the other", async () => {
  const other = lid.replace("thing: a", "thing: b").replace("pump_power", "vent");
  const both = (first: string, second: string) =>
    guarded(plain, `${lid}\n  door: ${other}`).replace(
      /^ {2}(lid|door):/gm,
      (_, name) => `  ${name === "lid" ? first : second}:`,
    );
  const { gateway, clock, begin, close } = await lit(both("lid", "door"));
  await clock.until(gateway.thing("a").write("counter", 1));
  await clock.advance(200);
  await clock.until(gateway.thing("a").write("counter", 0));
  const tripped = () =>
    gateway.interlocks.all.filter(({ trip }) => trip).map(({ name, config }) => [name, config.thing]);
  for (const [first, second] of [
    ["door", "lid"],
    ["lid", "door"],
  ] as const) {
    await begin(both(first, second));
    await clock.advance(500);
    expect(tripped()).toEqual([[first, "a"]]);
    await expect(clock.until(gateway.thing("relays").write("pump_power", true))).rejects.toThrow(`interlock ${first}`);
  }
  await close();
});

test("an interlock whose Thing is opened anew has not tripped by that, and is never absent", async () => {
  const { gateway, clock, begin, close } = await lit(guarded(plain, lid));
  const seen = new Set<string>();
  gateway.events.listen(() => seen.add(gateway.interlocks.all.map(({ name }) => name).join()));
  await begin(guarded("{ driver: counter, title: Lid }", lid));
  await clock.advance(3000);
  expect([gateway.interlocks.get("lid").trip, [...seen]]).toEqual([undefined, ["lid"]]);
  // It watches the one that stands there now.
  await clock.until(gateway.thing("a").write("counter", 1));
  await clock.advance(200);
  expect(gateway.interlocks.get("lid").trip?.why).toContain("a.counter is 1");
  await close();
});

test("what runs where an interlock guards by a Thing that would be closed is in the way", async () => {
  const valve = "things:\n  valve: { driver: valve, gpio: { valve: 5 } }";
  const text = guarded(plain, lid.replace("relays.pump_power", "valve.valve")).replace("things:", valve);
  const { gateway, clock, begin, close } = await lit(text);
  await clock.advance(200);
  const { id } = gateway.thing("valve").invoke("open_for", { seconds: 60 }, { requestedBy: "ada" });
  await clock.advance(1000);
  await expect(begin(text.replace(plain, "{ driver: counter, title: Lid }"))).rejects.toMatchObject({
    busy: [`valve.open_for is running (${id}), which the interlock lid guards by a`],
  });
  // It is no matter of who else is closed.
  expect(await begin(text.replace("b: { driver: counter }", "b: { driver: counter, title: B }"))).toMatchObject({
    changed: ["b"],
  });
  await close();
});

test("a lease is in the way of what would close its Thing", async () => {
  const { gateway, logged, begin, close } = await lit(bench());
  await gateway.leases.take("a", "ada", { seconds: 60, note: "titration", onLoss: "finish" });
  const other = "things: { a: { driver: counter, title: A } }";
  await expect(begin(other)).rejects.toMatchObject({ busy: ['a is leased to ada, who says "titration"'] });
  await begin(other, { busy: "stop" });
  // It is hers still.
  expect(gateway.leases.of("a")?.holder).toBe("ada");
  await begin("things: {}", { busy: "stop" });
  expect(gateway.leases.of("a")).toBeUndefined();
  // It was left safe before that: no outputs of a Thing that is gone are to be seen to.
  expect(logged.filter((line) => line.startsWith("error"))).toEqual([]);
  await close();
});
