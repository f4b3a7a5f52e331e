import { expect, test } from "vitest";
import { idOf, readId } from "../../src/http/events/sse-message.ts";

const epoch = "0123456789ab";

test("an id may begin with the time, and leads to the same event with and without it", () => {
  const timed = idOf(epoch, 7, Date.UTC(2026, 10, 20, 12));
  expect(timed).toBe("2026-11-20T12:00:00.000Z/0123456789ab-7");
  expect([timed, idOf(epoch, 7)].map((id) => readId(id, epoch))).toEqual([7, 7]);
  expect(readId(timed, "ffffffffffff")).toBe("restart");
});

test.each(["yesterday/0123456789ab-7", "2026-11-20T12:00:00.000Z", "/0123456789ab-7", "0123456789ab-7/", ""])(
  "%j is no id that was given",
  (id) => {
    expect(readId(id, epoch)).toBe("unknown_id");
  },
);
