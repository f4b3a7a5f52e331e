import { describe, expect, test } from "vitest";
import { faultsInFrames } from "../../fuzz/frames.ts";

const frame = (first: number, payload: string, second = payload.length) =>
  Buffer.concat([Buffer.of(first, second), Buffer.from(payload, "latin1")]);

describe("frames of a server", () => {
  test("that are sound have no fault, in one piece or cut off", () => {
    const bytes = Buffer.concat([frame(0x81, "{}"), frame(0x8a, ""), frame(0x88, "\x03\xe9bye")]);
    for (let length = 0; length <= bytes.length; length++)
      expect(faultsInFrames(bytes.subarray(0, length))).toEqual([]);
  });

  test.each([
    ["masked", frame(0x81, "\0\0\0\0", 0x80)],
    ["with reserved bits", frame(0xc1, "{}")],
    ["of a kind that is none", frame(0x83, "")],
    ["of control, in pieces", frame(0x09, "")],
    ["of text that is not in UTF-8", frame(0x81, "\xff")],
    ["of text that is no JSON", frame(0x81, "{")],
    ["of a close by half a code", frame(0x88, "\x03")],
    ["of a close that says that it has failed", frame(0x88, "\x03\xf3")],
  ])("that are %s are found", (_, bytes) => {
    expect(faultsInFrames(bytes)).toHaveLength(1);
  });
});
