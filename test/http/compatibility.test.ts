import { expect, test } from "vitest";
import { exchanges, flaskExchanges, recording } from "./exchange.ts";
import { deviations, probes } from "./listed.ts";
import { steps } from "./recorded-session.ts";

const upTo = (last: number, digits: (n: number) => string) => Array.from({ length: last }, (_, n) => digits(n + 1));
const two = (n: number) => String(n).padStart(2, "0");

/** The tests that replay them take all there are, and have the page tell of each that is answered differently. */
test("what was recorded is there, without a gap, to be replayed", () => {
  expect(exchanges.map(({ number }) => number)).toEqual(upTo(109, two));
  expect(flaskExchanges.map(({ number }) => number)).toEqual(upTo(32, (n) => `flask/${two(n)}`));
});

test("the page tells of nothing that was not recorded", () => {
  const recorded = new Set([
    ...[...exchanges, ...flaskExchanges].map(({ number }) => number),
    ...steps.map(({ id }) => id),
  ]);
  expect([...deviations].filter((number) => !recorded.has(number))).toEqual([]);
});

test("the page tells of every probe", () => {
  const tried = Object.keys(recording("probes.json")).map((what) => what.split(" ", 1)[0]);
  expect([...probes].sort()).toEqual([...new Set(tried)].sort());
});
