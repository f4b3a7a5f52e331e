import { expect, it } from "vitest";
import { preference } from "../../src/http/prefer.ts";

it.each([
  [undefined, { waitMs: 100 }],
  ["wait=3", { waitMs: 3000, applied: "wait=3" }],
  ["wait=0", { waitMs: 0, applied: "wait=0" }],
  ["wait=1000", { waitMs: 60_000, applied: "wait=60" }],
  ["respond-async", { waitMs: 0, applied: "respond-async" }],
  ["respond-async, wait=5", { waitMs: 5000, applied: "respond-async, wait=5" }],
  ['WAIT="7"; x=y', { waitMs: 7000, applied: "wait=7" }],
  ["wait=5, cancel-on-disconnect", { waitMs: 5000, applied: "wait=5, cancel-on-disconnect", cancelOnDisconnect: true }],
  ["return=minimal", { waitMs: 100 }],
  ["wait=-1", { waitMs: 100 }],
  ["wait=soon", { waitMs: 100 }],
  ["await=9", { waitMs: 100 }],
])("takes Prefer: %s as %j", (header, expected) => {
  expect(preference(header, 100)).toEqual({ cancelOnDisconnect: false, ...expected });
});
