import { expect, test } from "vitest";
import { isSecretOf, sealed } from "../../src/access/stored-token.ts";
import { newToken } from "../../src/access/token-text.ts";

/** Calls in one measurement, and measurements of each of the two. */
const calls = 40;
const samples = 3000;

/**
 * How often one thing takes longer than the other, of all pairs of their times (the U of Mann and Whitney, by the number
 * of pairs): 0.5 when nobody can tell them apart, near 0 or 1 when their times give them away.
 */
function howOftenLonger(one: () => void, other: () => void): number {
  const times: { readonly ns: bigint; readonly of: "one" | "other" }[] = [];
  for (let i = 0; i < 2 * samples; i++) {
    // In turns, and in either order, so that whatever else this machine does meets both.
    const first = Math.random() < 0.5;
    for (const of of first ? (["one", "other"] as const) : (["other", "one"] as const)) {
      const run = of === "one" ? one : other;
      const start = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) run();
      const ns = process.hrtime.bigint() - start;
      // The first half is for the compiler to find its feet.
      if (i >= samples) times.push({ ns, of });
    }
  }
  const ranked = times.toSorted((a, b) => (a.ns < b.ns ? -1 : 1));
  let others = 0;
  let pairs = 0;
  for (const { of } of ranked) {
    if (of === "other") others++;
    else pairs += others;
  }
  return pairs / (samples * samples);
}

/**
 * How far from even that is, at best, in three measurements: a machine that has other things to do disturbs one of them,
 * and what gives itself away does so in each.
 */
function tellsApart(one: () => void, other: () => void): number {
  let least = 1;
  for (let n = 0; n < 3 && least >= 0.1; n++) least = Math.min(least, Math.abs(howOftenLonger(one, other) - 0.5));
  return least;
}

/** As a text comes in a request: in one piece, wherever its parts come from. */
const inOnePiece = (text: string) => Buffer.from(text).toString("latin1");

const made = newToken();
const token = { id: made.id, secret: inOnePiece(made.secret) };
const stored = sealed(token, { name: "anna", grants: [{ scope: "read" }], created: "", expires: null });
const wrong = (at: number) =>
  inOnePiece(token.secret.slice(0, at) + (token.secret[at] === "A" ? "B" : "A") + token.secret.slice(at + 1));

test("A17: a comparison that ends at the first difference is found out, so the measure tells", () => {
  const naive = (guess: string) => {
    for (let i = 0; i < token.secret.length; i++) if (guess[i] !== token.secret[i]) return false;
    return true;
  };
  const [early, late] = [wrong(0), wrong(42)];
  expect(
    howOftenLonger(
      () => naive(late),
      () => naive(early),
    ),
  ).toBeGreaterThan(0.8);
});

test("A17: how long it takes tells nobody how much of a secret he has guessed", () => {
  const [early, late] = [wrong(0), wrong(42)];
  const told = tellsApart(
    () => isSecretOf(stored, late),
    () => isSecretOf(stored, early),
  );
  expect(told).toBeLessThan(0.1);
});

test("A17: nor that it is right, until he is let in", () => {
  const guess = wrong(20);
  const told = tellsApart(
    () => isSecretOf(stored, token.secret),
    () => isSecretOf(stored, guess),
  );
  expect(told).toBeLessThan(0.1);
});

test("A17: nor whether there is a token with that id", () => {
  const guess = wrong(20);
  const told = tellsApart(
    () => isSecretOf(stored, guess),
    () => isSecretOf(undefined, guess),
  );
  expect(told).toBeLessThan(0.1);
});
