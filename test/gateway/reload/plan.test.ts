import fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig } from "../../../src/gateway/config/config.ts";
import { planReload } from "../../../src/gateway/reload/plan.ts";

const none: ReadonlyMap<string, string> = new Map();
const planned = (before: string, after: string, [old, next] = [none, none]) =>
  planReload(
    { config: parseConfig(before, "a.yaml"), modules: old },
    { config: parseConfig(after, "b.yaml"), modules: next },
  );

const bench = `
listen: { port: 5000 }
buses: { rs485: { serial: /dev/ttyUSB0 } }
gpio: { chip: pinctrl-rp1 }
things:
  left: { driver: syringe-pump, bus: rs485, config: { diameter: 10, address: 1 } }
  right: { driver: syringe-pump, bus: rs485, config: { diameter: 10, address: 2 } }
  scale: { driver: balance, serial: /dev/ttyUSB1 }
  dose: { driver: dispenser, uses: { pump: left, balance: scale } }
  relays: { driver: relays, gpio: { pump_power: 17, vent: 27, lamp: 22 } }
  own: { driver: ./own.js }
interlocks:
  lid: { thing: own, property: closed, equals: true, outputs: [relays.lamp] }
`;

test("nothing is to be done where nothing is another", () => {
  const plan = planned(bench, `# As before.\n${bench}`);
  expect(plan).toEqual({
    ...{ added: [], removed: [], changed: [], sections: [], needsRestart: [] },
    kept: ["left", "right", "scale", "dose", "relays", "own"],
  });
});

test.each<readonly [string, string, string, readonly string[]]>([
  ["its own entry", "lamp: 22", "lamp: 23", ["relays"]],
  ["its title", "driver: balance", "driver: balance, title: On the left", ["scale", "dose"]],
  ["its bus", "/dev/ttyUSB0", "/dev/ttyUSB7", ["left", "right", "dose"]],
  ["a Thing in one of its slots", "/dev/ttyUSB1", "/dev/ttyUSB7", ["scale", "dose"]],
  ["the chip that its pins are on", "pinctrl-rp1", "pinctrl-bcm2711", ["relays"]],
])("a Thing is opened anew when %s is another", (_, from, to, changed) => {
  expect(planned(bench, bench.replace(from, to))).toMatchObject({ changed, added: [], removed: [], sections: [] });
});

test("a Thing is opened anew when the file of its driver is another version", () => {
  const [old, next] = [new Map([["/own.js", "1"]]), new Map([["/own.js", "2"]])];
  const text = bench.replace("./own.js", "/own.js");
  expect(planned(text, text, [old, next])).toMatchObject({ changed: ["own"], sections: [] });
});

test("what a calibration is worth is asked each time, so that its Thing stays open", () => {
  const ruled = bench.replace("driver: balance", "driver: balance, calibration: { expires: 30 d }");
  expect(planned(bench, ruled)).toMatchObject({ changed: [], sections: ["calibrations"] });
});

test("sections are told that are taken up, and the rest by where it stands", () => {
  const after = bench
    .replace("port: 5000", "port: 5001, tls: { certificate: ./c.pem, key: ./k.pem }")
    .replace("equals: true", "equals: false");
  expect(
    planned(
      bench,
      `${after}\nprefix: /api\nhistory: { days: 3, megabytes: 5 }\nlimits: { requestSeconds: 9 }\naccess: { auth: tokens }`,
    ),
  ).toMatchObject({
    ...{ changed: [], sections: ["interlocks", "history"] },
    needsRestart: ["listen.port", "listen.tls", "prefix", "access.auth", "limits.requestSeconds"],
  });
});

/** A bench of counters and what uses them; where each stands is another file. */
const things = fc.dictionary(
  fc.constantFrom("a", "b", "c", "d"),
  fc.record({
    title: fc.constantFrom("x", "y"),
    uses: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: undefined }),
  }),
  { maxKeys: 4, noNullPrototype: true },
);
type Drawn = Readonly<Record<string, { readonly title: string; readonly uses: string | undefined }>>;

/** Slots lead to names that come before only, so that there are no circles. */
const textOf = (drawn: Drawn) => {
  const entries = Object.entries(drawn).map(([name, { title, uses }]) => {
    const slot = uses !== undefined && uses < name && drawn[uses] ? `, uses: { one: ${uses} }` : "";
    return `  ${name}: { driver: counter, title: ${title}${slot} }`;
  });
  return entries.length > 0 ? `things:\n${entries.join("\n")}` : "things: {}";
};

/** What a Thing would be if benchd were started with that. */
const built = (drawn: Drawn, name: string): string => {
  const { title, uses } = drawn[name] ?? { title: "", uses: undefined };
  const slot = uses !== undefined && uses < name && drawn[uses] ? `${uses}: ${built(drawn, uses)}` : "";
  return `${title}(${slot})`;
};

test("what a plan keeps is as a start would build it, what it changes is not, and each Thing is told once", () => {
  fc.assert(
    fc.property(things, things, (before, after) => {
      const { added, removed, changed, kept } = planned(textOf(before), textOf(after));
      expect([...added, ...changed, ...kept].toSorted()).toEqual(Object.keys(after).toSorted());
      expect([...removed, ...changed, ...kept].toSorted()).toEqual(Object.keys(before).toSorted());
      for (const name of kept) expect(built(before, name)).toBe(built(after, name));
      for (const name of changed) expect(built(before, name)).not.toBe(built(after, name));
    }),
  );
});
