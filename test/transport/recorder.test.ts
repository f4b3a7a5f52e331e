import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { printable } from "../../src/transport/printable.ts";
import { Recorder } from "../../src/transport/recorder.ts";

describe("the recorder", () => {
  it("keeps what went both ways and shows it as text, from an entry on", async () => {
    const clock = new DiscreteClock();
    const recorder = new Recorder(clock);
    recorder.sent(Buffer.from("old"));
    await clock.advance(10);
    const { next } = recorder;
    recorder.sent(Buffer.from("RUN\r"));
    await clock.advance(2.5);
    recorder.received(Buffer.from("\x0200I\x03"));
    expect(recorder.excerpt(next)).toBe("+0.0 ms > RUN\\r\n+2.5 ms < \\x0200I\\x03");
  });

  it("keeps the latest bytes, as many as it may", () => {
    const recorder = new Recorder(new DiscreteClock(), { maxBytes: 10 });
    recorder.sent(Buffer.from("123456"));
    recorder.sent(Buffer.from("789"));
    recorder.sent(Buffer.from("ab"));
    expect(recorder.entries().map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(["789", "ab"]);
    recorder.received(Buffer.from("0123456789abc"));
    expect(recorder.entries().map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(["3456789abc"]);
  });

  it("keeps the latest entries, as many as it may, and shows at most 50", () => {
    const recorder = new Recorder(new DiscreteClock(), { maxEntries: 60 });
    for (let sent = 0; sent < 100; sent++) recorder.sent(Buffer.from(`${sent}`));
    expect(recorder.entries()).toHaveLength(60);
    expect(recorder.excerpt(0).split("\n")).toHaveLength(50);
  });

  it("tells the same of what it keeps, however much has gone before", () => {
    const recorder = new Recorder(new DiscreteClock(), { maxEntries: 7, maxBytes: 20 });
    for (let seq = 1; seq <= 220; seq++) {
      recorder.sent(Buffer.from(`${seq}`));
      const kept = recorder.entries();
      const numbers = kept.map((entry) => entry.seq);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => seq - numbers.length + 1 + n));
      expect(kept.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(numbers.map(String));
      expect([recorder.oldest, recorder.next, recorder.latest?.seq]).toEqual([numbers[0], seq + 1, seq]);
      expect(recorder.since(seq - 2).map((entry) => entry.seq)).toEqual(numbers.slice(-3));
    }
    expect(recorder.entries()).toHaveLength(6);
  });

  it("keeps bytes as they were, though the port reuses its buffer", () => {
    const recorder = new Recorder(new DiscreteClock());
    const bytes = Buffer.from("abc");
    recorder.received(bytes);
    bytes.fill(0);
    expect(recorder.excerpt(0)).toContain("abc");
  });

  it("gives back every byte, of a part of a larger buffer too", () => {
    const recorder = new Recorder(new DiscreteClock());
    const all = Uint8Array.from({ length: 300 }, (_, n) => n - 20).subarray(20, 276);
    recorder.opening();
    recorder.received(all, "id");
    expect(recorder.latest).toEqual({ seq: 1, direction: "received", at: 0, bytes: all, invocation: "id" });
    expect(recorder.entries()).toEqual(recorder.openingEntries());
    expect(recorder.from(1)).toEqual(recorder.from(0));
    expect(recorder.from(2)).toEqual([]);
  });
});

describe("bytes as text", () => {
  it("show what is not printable, and not more than wanted", () => {
    expect(printable(Buffer.from("a\t\r\n\\\x00\xff", "latin1"))).toBe("a\\t\\r\\n\\\\\\x00\\xff");
    expect(printable(Buffer.alloc(300, "x"), 3)).toBe("xxx… (300 bytes)");
  });
});
