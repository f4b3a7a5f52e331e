import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DefinitionError, InputError } from "../../src/errors.ts";
import type { Codec } from "../../src/transport/codec.ts";
import { lines } from "../../src/transport/lines.ts";

/** What a codec makes of these chunks: messages as text, garbage as [bytes, why]. */
function decode(codec: Codec<string>, chunks: readonly (string | Uint8Array)[]): (string | [string, string])[] {
  const seen: (string | [string, string])[] = [];
  const decoder = codec.decoder({
    message: (message) => seen.push(message),
    garbage: (bytes, why) => seen.push([Buffer.from(bytes).toString("latin1"), why]),
  });
  for (const chunk of chunks) decoder.push(typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk);
  return seen;
}

describe("a line that comes in parts", () => {
  it("is kept as it came, though the port reads the next bytes into the same memory", () => {
    const seen: string[] = [];
    const decoder = lines("\n").decoder({ message: (message) => seen.push(message), garbage() {} });
    const memory = Buffer.from("one\ntw");
    decoder.push(memory);
    memory.write("o\nthr", "latin1");
    decoder.push(memory.subarray(0, 5));
    decoder.push(Buffer.from("ee\n"));
    expect(seen).toEqual(["one", "two", "three"]);
  });

  it("is forgotten with all that came in one piece, when whoever takes a line wants that", () => {
    const seen: string[] = [];
    const decoder = lines("\n").decoder({
      garbage() {},
      message(message) {
        seen.push(message);
        if (message === "forget") decoder.reset();
      },
    });
    decoder.push(Buffer.from("forget\nold\nol"));
    decoder.push(Buffer.from("new\n"));
    expect(seen).toEqual(["forget", "new"]);
  });
});

describe("a line that is sent", () => {
  it("ends in the terminator", () => {
    expect(lines("\r\n").encode("*IDN?")).toEqual(Buffer.from("*IDN?\r\n"));
    expect(lines({ send: "\r", receive: "\x03" }).encode("RUN")).toEqual(Buffer.from("RUN\r"));
  });

  it.each([
    ["a line feed", "RUN\nSTP"],
    ["a carriage return", "RUN\rSTP"],
    ["a null", "RUN\0"],
    ["DEL", "RUN\x7f"],
    ["an escape", "\x1b[2J"],
    ["U+010A, which latin1 would turn into a line feed", "RUN\u010aSTP"],
    ["U+010D, which latin1 would turn into a carriage return", "RUN\u010dSTP"],
    ["U+0141, which latin1 would turn into an A", "\u0141"],
    ["a line separator", "RUN\u2028STP"],
    ["full-width digits", "RAT \uff11\uff12"],
    ["a next-line control", "RUN\u0085"],
    ["a degree sign", "20 °C"],
    ["a lone surrogate", "\ud800"],
    ["an emoji", "🧪"],
  ])("is refused with %s", (_, message) => {
    expect(() => lines("\r\n").encode(message)).toThrow(InputError);
  });

  it("may have the characters that the codec declares, and no other", () => {
    const codec = lines({ send: "\n", receive: "\n", allow: "\t°" });
    expect(codec.encode("20\t°")).toEqual(Buffer.from("20\t\xb0\n", "latin1"));
    expect(() => codec.encode("\r")).toThrow(/0x0d/);
    expect(() => codec.encode("\u01b0")).toThrow(/beyond U\+00FF/);
  });

  it("never holds the end of a line, though the codec allows the character", () => {
    expect(() => lines({ send: "\r", receive: "\n", allow: "\r" }).encode("A\rB")).toThrow(/the end of a line/);
    expect(() => lines("##").encode("A#")).toThrow(/the end of a line/);
    expect(lines("##").encode("A#B")).toEqual(Buffer.from("A#B##"));
  });

  it("is refused when it is longer than a line may be", () => {
    expect(() => lines({ send: "\n", receive: "\n", maxBytes: 4 }).encode("12345")).toThrow(/longer than 4 bytes/);
  });

  it("leaves as printable ASCII and one terminator, or not at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (message) => {
        try {
          const text = lines("\r\n").encode(message);
          expect(Buffer.from(text).toString("latin1")).toMatch(/^[\x20-\x7e]*\r\n$/);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("lines that are received", () => {
  it("come whole, however the bytes are cut", () => {
    const line = fc.stringMatching(/^[\x20-\x7e]{1,20}$/);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (sent, sizes) => {
          const text = sent.map((one) => `${one}\r\n`).join("");
          const chunks: string[] = [];
          for (let at = 0; at < text.length; ) {
            const size = sizes.next().value ?? 1;
            chunks.push(text.slice(at, at + size));
            at += size;
          }
          expect(decode(lines("\r\n"), chunks)).toEqual(sent);
        },
      ),
    );
  });

  it("come in their order, many in one chunk, without waiting for a tick", () => {
    const many = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    expect(decode(lines("\n"), [many.map((line) => `${line}\n`).join("")])).toEqual(many);
  });

  it("keep every byte as the character of that number", () => {
    expect(decode(lines("\n"), [Uint8Array.of(0xb5, 0x4c, 0xff, 0x0a)])).toEqual(["\u00b5L\u00ff"]);
  });

  it("are no messages when they are empty", () => {
    expect(decode(lines("\r\n"), ["\r\n\r\nA\r\n\r\n"])).toEqual(["A"]);
  });

  it("are cut off when they do not end, and the next one is whole again", () => {
    const codec = lines({ send: "\r\n", receive: "\r\n", maxBytes: 8 });
    expect(decode(codec, ["0123456789", "abc\r\nA\r\n"])).toEqual([
      ["0123456789", "no end of line within 8 bytes"],
      ["9abc", "the end of a line that is too long"],
      "A",
    ]);
  });

  it("are found again though the end of the overlong one comes in halves", () => {
    const codec = lines({ send: "\r\n", receive: "\r\n", maxBytes: 8 });
    expect(decode(codec, ["01234567\r", "\nA\r\n"]).at(-1)).toBe("A");
    expect(decode(lines({ send: "\n", receive: "\n", maxBytes: 8 }), ["012345678", "\nA\n"]).at(-1)).toBe("A");
  });

  it("are refused when a whole one is too long", () => {
    const codec = lines({ send: "\n", receive: "\n", maxBytes: 4 });
    expect(decode(codec, ["12345\n1234\n"])).toEqual([["12345", "longer than 4 bytes"], "1234"]);
  });

  it("never fill the memory, however long the noise", () => {
    let told = 0;
    const decoder = lines("\n").decoder({
      message: () => {},
      garbage: (bytes) => {
        told = Math.max(told, bytes.length);
      },
    });
    const chunk = Buffer.alloc(1000, 0x55);
    for (let sent = 0; sent < 2000; sent++) decoder.push(chunk);
    expect(told).toBeLessThan(6000);
  });

  it("begin at their start; what comes before is noise", () => {
    const codec = lines({ send: "\r", start: "\x02", receive: "\x03" });
    expect(decode(codec, ["\x0200S\x03", "xx\x0200I\x03", "00W\x03", "\x0200\x0200A?R\x03", "\x02\x03"])).toEqual([
      "00S",
      ["xx", "before the start of a message"],
      "00I",
      ["00W", "without \\x02 at its start"],
      ["\x0200", "before the start of a message"],
      "00A?R",
      "",
    ]);
  });

  it("start afresh after a reset", () => {
    const seen: string[] = [];
    const decoder = lines("\n").decoder({ message: (message) => seen.push(message), garbage: () => {} });
    decoder.push(Buffer.from("half a li"));
    decoder.reset();
    decoder.push(Buffer.from("whole\n"));
    expect(seen).toEqual(["whole"]);
  });
});

describe("lines()", () => {
  it("refuses to be without a terminator, or with characters that a byte cannot hold", () => {
    expect(() => lines("")).toThrow(DefinitionError);
    expect(() => lines({ send: "\n", receive: "" })).toThrow(DefinitionError);
    expect(() => lines({ send: "\n", receive: "\n", allow: "€" })).toThrow(DefinitionError);
  });
});
