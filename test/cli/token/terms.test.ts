import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { includes, scopes } from "../../../src/access/scope.ts";
import { readExpiry } from "../../../src/cli/token/expiry.ts";
import { grantText, readGrants } from "../../../src/cli/token/grants.ts";
import { UsageError } from "../../../src/cli/usage.ts";

const now = new Date(2026, 10, 21, 12, 30).getTime();
const hour = 3_600_000;

describe("--expires", () => {
  it.each([
    ["1h", now + hour],
    ["12h", now + 12 * hour],
    ["90d", now + 90 * 24 * hour],
    ["3650d", now + 3650 * 24 * hour],
    ["2026-11-21", new Date(2026, 10, 22).getTime()],
    ["2027-01-31", new Date(2027, 1, 1).getTime()],
    ["2028-02-29", new Date(2028, 2, 1).getTime()],
  ])("%s", (text, at) => {
    expect(readExpiry(text, now)).toBe(at);
  });

  it.each([
    "",
    "0d",
    "-1d",
    "1.5d",
    "90",
    "d",
    "1w",
    "1 d",
    "1D",
    "3651d",
    "2026-11-20",
    "2027-2-1",
    "2027-02-30",
    "2027-13-01",
    "2027-00-10",
    "0000-00-00",
    "9999-12-31",
    "2027-01-31T00:00:00Z",
    "tomorrow",
  ])("%j is refused in words", (text) => {
    expect(() => readExpiry(text, now)).toThrow(UsageError);
  });

  it("is a time within the ten years to come, or refused, whatever is written", () => {
    const like = fc.stringMatching(/^[0-9dhDH:-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.oneof(
          like,
          fc.string(),
          fc.date({ noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10)),
        ),
        (text) => {
          let at: number;
          try {
            at = readExpiry(text, now);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
            return;
          }
          expect(at).toBeGreaterThan(now);
          expect(at).toBeLessThanOrEqual(now + 3650 * 24 * hour);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("--scope and --thing", () => {
  const known = ["pump", "valve", "camera"];

  it("give no more than is written: each scope, for its own Things, for those of --thing, or for all", () => {
    const scope = fc.constantFrom(...scopes);
    const things = fc.uniqueArray(fc.constantFrom(...known), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(scope, things), { minLength: 1, maxLength: 4 }), things, (asked, everywhere) => {
        fc.pre(everywhere.length === 0 || asked.some(([, named]) => named.length === 0));
        const written = asked.map(([one, named]) => (named.length > 0 ? `${one}:${named.join(",")}` : one));
        const grants = readGrants({ scopes: written, things: everywhere, known });
        for (const thing of known) {
          for (const wanted of scopes) {
            const given = grants.some(
              (grant) => includes(grant.scope, wanted) && (grant.things?.includes(thing) ?? true),
            );
            const meant = asked.some(([held, named]) => {
              const those = named.length > 0 ? named : everywhere;
              return includes(held, wanted) && (those.length === 0 || those.includes(thing));
            });
            expect(given).toBe(meant);
          }
        }
        // What is told of it makes the same again.
        expect(readGrants({ scopes: grantText(grants).split(" "), things: [], known })).toEqual(grants);
      }),
    );
  });

  test("whatever else is written is refused in words", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!scopes.some((scope) => text === scope));
        expect(() => readGrants({ scopes: [text], things: [], known })).toThrow(UsageError);
        expect(() => readGrants({ scopes: ["read"], things: [text], known })).toThrow(UsageError);
      }),
    );
  });
});
