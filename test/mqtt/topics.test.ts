import fc from "fast-check";
import { expect, test } from "vitest";
import { nameMistake } from "../../src/gateway/config/rules.ts";
import { matches, type Told, Topics } from "../../src/mqtt/topics.ts";

const topics = new Topics({ prefix: "site/lab-2", gateway: "bench-3" });

/** Whatever somebody may try as a name. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("+", "#", "a/b", "a/+/c", "$SYS", "a\0b", "", "..", "é", "status", "a".repeat(300)),
  fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/),
);
const kinds = ["description", "state", "property", "event", "action", "interlock"] as const;
const told = fc.record({ kind: fc.constantFrom(...kinds), thing: hostile, name: hostile }) as fc.Arbitrary<Told>;

test("no name makes a topic with a wildcard, or of another gateway, or one that is read as something else", () => {
  fc.assert(
    fc.property(told, (one) => {
      const topic = topics.of(one);
      if (topic === undefined) return;
      expect(topic).toMatch(/^site\/lab-2\/bench-3(\/[A-Za-z0-9_-]+)+$/);
      const read = topics.kept(topic);
      if (one.kind === "event" || one.kind === "action") expect(read).toBeUndefined();
      else expect(read && topics.of(read)).toBe(topic);
    }),
    { numRuns: 2000 },
  );
});

test("a name that the configuration takes has its topic", () => {
  fc.assert(
    fc.property(hostile, (thing) => {
      if (nameMistake(thing) === undefined)
        expect(topics.of({ kind: "state", thing })).toContain(`/things/${thing}/state`);
      else if (/[+#/\0]/.test(thing)) expect(topics.of({ kind: "state", thing })).toBeUndefined();
    }),
  );
});

test.each([
  ["a/b", "a/b", true],
  ["a/+", "a/b", true],
  ["a/+", "a/b/c", false],
  ["a/+/c", "a/b/c", true],
  ["a/#", "a/b/c", true],
  ["a/b", "a", false],
  ["a", "a/b", false],
  ["+/+", "a", false],
])("whether %s asks for %s", (filter, topic, wanted) => {
  expect(matches(filter, topic)).toBe(wanted);
});

test("what is kept is known again, and nothing else", () => {
  const base = "site/lab-2/bench-3";
  for (const topic of [
    "status",
    "things",
    "emergency_stop",
    "interlocks/lid",
    "things/a/state",
    "things/a/properties/b",
  ])
    expect(topics.kept(`${base}/${topic}`)).toBeDefined();
  for (const topic of ["gap", "things/a", "things/a/properties/b/c", "things/a/actions/b/request", "other", "status/x"])
    expect(topics.kept(`${base}/${topic}`)).toBeUndefined();
  expect(topics.kept("site/lab-2/bench-4/status")).toBeUndefined();
});
