import { describe, expect, it } from "vitest";
import * as uapi from "../../src/transport/gpio-uapi.ts";

/** The bytes that are not zero, as `offset: value`. */
const set = (bytes: Buffer) => Object.fromEntries([...bytes.entries()].filter(([, byte]) => byte !== 0));

const input = {
  offset: 17,
  consumer: "b",
  activeLow: false,
  pull: undefined,
  output: undefined,
  debounceMs: 0,
} as const;

describe("a request for a line", () => {
  it("of an input asks for both edges and a queue of 256", () => {
    const asked = uapi.lineRequest(input);
    expect(asked).toHaveLength(592);
    // Offset, consumer, flags INPUT | EDGE_RISING | EDGE_FALLING, one line, 256 events.
    expect(set(asked)).toEqual({ 0: 17, 256: 98, 288: 0x34, 560: 1, 565: 1 });
  });

  it("has pull, polarity and debounce in it", () => {
    const asked = set(uapi.lineRequest({ ...input, activeLow: true, pull: "up", debounceMs: 20 }));
    // Attribute 3, 20000 µs, for line 0 of the request.
    expect(asked).toMatchObject({ 288: 0x36, 289: 1, 296: 1, 320: 3, 328: 0x20, 329: 0x4e, 336: 1 });
    expect(set(uapi.lineRequest({ ...input, pull: "down" }))).toMatchObject({ 289: 2 });
    expect(set(uapi.lineRequest({ ...input, pull: "none" }))).toMatchObject({ 289: 4 });
  });

  it("of an output has its first level in it, and no edges", () => {
    const asked = set(uapi.lineRequest({ ...input, output: true, debounceMs: 20 }));
    expect(asked).toEqual({ 0: 17, 256: 98, 288: 8, 296: 1, 320: 2, 328: 1, 336: 1, 560: 1 });
    expect(set(uapi.lineRequest({ ...input, output: false }))[328]).toBeUndefined();
  });

  it("names who asks in 31 bytes, and shows that there is more", () => {
    const name = (consumer: string) => uapi.lineRequest({ ...input, consumer }).toString("latin1", 256, 288);
    expect(name("benchd:a_thing.with_a_long_name")).toBe("benchd:a_thing.with_a_long_name\0");
    expect(name("benchd:a_thing.with_a_longer_name")).toBe("benchd:a_thing.with_a_longer_n~\0");
  });
});

it("the numbers of the requests hold the sizes of their structures", () => {
  const size = (request: number) => (request >>> 16) & 0x3fff;
  expect(size(uapi.requests.chipInfo)).toBe(uapi.chipInfoBuffer().length);
  expect(size(uapi.requests.lineInfo)).toBe(uapi.lineInfoBuffer(0).length);
  expect(size(uapi.requests.line)).toBe(uapi.lineRequest(input).length);
  expect(size(uapi.requests.getValues)).toBe(uapi.lineValues().length);
  expect(size(uapi.requests.setValues)).toBe(uapi.lineValues(true).length);
});
