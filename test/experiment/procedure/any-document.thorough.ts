import fc from "fast-check";
import { test } from "vitest";
import { anyText, expectSound } from "./any-document.ts";

test("whatever is sent is read, or refused with mistakes that have a place", () => {
  fc.assert(fc.property(anyText, expectSound), { numRuns: 10_000 });
}, 600_000);
