import fc from "fast-check";
import { expect, test } from "vitest";
import { TurnoverMap } from "../src/turnover.ts";

/** Mostly removals: it begins afresh after some. */
const act = fc.oneof(
  fc.record({ what: fc.constant("set" as const), key: fc.nat(9) }),
  fc.record({ what: fc.constant("delete" as const), key: fc.nat(9) }),
  fc.record({ what: fc.constant("clear" as const), key: fc.constant(0) }),
);

test("a map that much passes through holds what any other would, in the order it came", () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 300, maxLength: 600 }), (acts) => {
      const [ours, plain] = [new TurnoverMap<number, number>(), new Map<number, number>()];
      for (const [n, { what, key }] of acts.entries()) {
        if (what === "set") {
          ours.set(key, n);
          plain.set(key, n);
        } else if (what === "delete") expect(ours.delete(key)).toBe(plain.delete(key));
        else if (n % 100 === 0) {
          ours.clear();
          plain.clear();
        }
        expect([ours.size, ours.get(key), ours.has(key)]).toEqual([plain.size, plain.get(key), plain.has(key)]);
      }
      expect([...ours.keys()]).toEqual([...plain.keys()]);
      expect([...ours.values()]).toEqual([...plain.values()]);
    }),
    { numRuns: 20 },
  );
});
