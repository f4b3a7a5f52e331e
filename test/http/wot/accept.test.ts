import { expect, test } from "vitest";
import { wantsStream } from "../../../src/http/wot/observe.ts";

test.each([
  ["text/event-stream", true],
  ["Text/Event-Stream; charset=utf-8", true],
  ["application/json;q=0.5, text/event-stream;q=0.9", true],
  ["application/json, text/event-stream;q=0", false],
  ["application/json, text/event-stream ; q=0.000", false],
  ["text/event-streams", false],
  ["*/*", false],
  [undefined, false],
])("who accepts %s is told events as they come: %s", (accept, wants) => {
  expect(wantsStream({ headers: { accept } })).toBe(wants);
});
