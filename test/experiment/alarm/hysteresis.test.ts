import fc from "fast-check";
import { expect, test } from "vitest";
import { Hysteresis } from "../../../src/experiment/alarm/hysteresis.ts";

const durations = { forMs: 3000, clearAfterMs: 5000, unknownMs: 4000 };

/** One finding a second: `x` bad, `.` good, `?` unknown; the same with `R` where it is raised, and `C` where it is cleared. */
function judged(findings: string, raised = false, changes: Partial<typeof durations> | object = {}): string {
  const hysteresis = new Hysteresis({ ...durations, ...changes }, raised);
  return [...findings]
    .map((sign, second) => {
      const bad = sign === "?" ? undefined : sign === "x";
      if (!hysteresis.judge(second * 1000, { bad })) return sign;
      return hysteresis.raised ? "R" : "C";
    })
    .join("");
}

test("it is raised when it was bad for long enough without a break, once", () => {
  expect(judged("..xx.xxx.xxxxxxxx")).toBe("..xx.xxx.xxxRxxxx");
});

test("it is cleared when it was good for long enough without a break", () => {
  expect(judged("xxxx....x.......")).toBe("xxxR....x.....C.");
  expect(judged("xxxx....x......", true)).toBe("xxxx....x.....C");
});

test("what nobody can tell breaks off nothing that is bad, and makes nothing good", () => {
  expect(judged("x??xx")).toBe("x??Rx");
  expect(judged("....?.....C", true).indexOf("C")).toBe(10);
});

test("what nobody can tell for long raises it, unless that is to be ignored; only what is good clears it then", () => {
  expect(judged("..??????....??......")).toBe("..????R?....??.....C");
  expect(judged("..??????????????", false, { unknownMs: undefined })).toBe("..??????????????");
});

test("without durations it follows each finding", () => {
  expect(judged("..xx.x", false, { forMs: 0, clearAfterMs: 0 })).toBe("..RxCR");
});

test("whatever is found, it changes no more often than its durations let it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("x", ".", "?"), maxLength: 200 }), (findings) => {
      const changes = [...judged(findings)].flatMap((sign, at) => (sign === "R" || sign === "C" ? [{ sign, at }] : []));
      for (const [n, { sign, at }] of changes.entries()) {
        expect(sign).toBe(n % 2 === 0 ? "R" : "C");
        const before = changes[n - 1]?.at ?? 0;
        // A finding that breaks off what was, and then so many of the other kind.
        expect(at - before).toBeGreaterThanOrEqual(sign === "R" ? (n === 0 ? 3 : 4) : 5);
      }
    }),
    { numRuns: 50 },
  );
});
