import { expect, test } from "vitest";
import { goneWords } from "../../dashboard/parts/prompt-gone.ts";

const run = { asker: "gateway", title: "Titration", message: "How much is in it?", answeredBy: null };

test("a question that has gone is told by its words: a run may ask several at a time, and is no gateway to people", () => {
  expect(goneWords({ ...run, state: "answered", answeredBy: "bob" })).toBe("“How much is in it?” was answered by bob.");
  expect(goneWords({ ...run, state: "expired" })).toBe("Nobody has answered “How much is in it?” in time.");
  expect(goneWords({ ...run, state: "withdrawn" })).toMatch(/^Titration does not ask “How much is in it\?” any more/);
  expect(goneWords({ ...run, title: null, asker: "ph", state: "withdrawn" })).toMatch(/^ph does not ask/);
});
