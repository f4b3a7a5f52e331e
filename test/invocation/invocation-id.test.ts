import fc from "fast-check";
import { expect, it } from "vitest";
import { invocationId } from "../../src/invocation/invocation-id.ts";

it("is a UUID of version 7 that tells its time, whatever the wall clock says", () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.date({ noInvalidDate: true }).map(Number)), (at) => {
      const id = invocationId(at);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const told = Number.parseInt(id.slice(0, 13).replace("-", ""), 16);
      expect(told).toBe(Math.max(0, Math.min(at, 2 ** 48 - 1)));
    }),
  );
});

it("is another each time, and later ones stand behind earlier ones", () => {
  const ids = Array.from({ length: 1000 }, (_, n) => invocationId(1_800_000_000_000 + n));
  expect(new Set([...ids, ...ids.map((_, n) => invocationId(1_800_000_000_000 + n))]).size).toBe(2000);
  expect(ids.toSorted()).toEqual(ids);
});
