import fc from "fast-check";
import { expect, test } from "vitest";
import { DefinitionError, InputError } from "../../src/errors.ts";
import { packets } from "../../src/transport/packets.ts";

const newEra = packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem" });

/** What a codec makes of these chunks: messages as text, garbage as [bytes, why]. */
function decode(codec: ReturnType<typeof packets>, chunks: readonly Uint8Array[]): (string | [string, string])[] {
  const seen: (string | [string, string])[] = [];
  const decoder = codec.decoder({
    message: (message) => seen.push(message),
    garbage: (bytes, why) => seen.push([Buffer.from(bytes).toString("latin1"), why]),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return seen;
}

test("New Era's command to leave Safe mode is sent as it is published", () => {
  expect(Buffer.from(newEra.encode("SAF0")).toString("hex")).toBe("020853414630554303");
});

test("a packet without a check or an end is its length and its data", () => {
  const codec = packets({ start: "\xaa\x55" });
  expect(Buffer.from(codec.encode("ab")).toString("hex")).toBe("aa55026162");
  expect(decode(codec, [Buffer.from("aa", "hex"), Buffer.from("55026162", "hex")])).toEqual(["ab"]);
});

test.each(["sum8", "xor8", "crc16-xmodem", "crc16-ccitt-false"] as const)("%s has its published value", (check) => {
  const values = { sum8: "dd", xor8: "31", "crc16-xmodem": "31c3", "crc16-ccitt-false": "29b1" };
  const packet = Buffer.from(packets({ start: "!", check }).encode("123456789")).toString("hex");
  expect(packet.slice(22)).toBe(values[check]);
});

test("F14: packets come whole, however the bytes are cut, whatever bytes are in them", () => {
  const codec = packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem", binary: true });
  const data = fc.uint8Array({ maxLength: 251 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(fc.array(data, { maxLength: 8 }), sizes, (sent, cuts) => {
      const all = Buffer.concat(sent.map((message) => codec.encode(message)));
      const chunks: Buffer[] = [];
      for (let at = 0; at < all.length; ) {
        const size = cuts.next().value ?? 1;
        chunks.push(all.subarray(at, at + size));
        at += size;
      }
      expect(decode(codec, chunks)).toEqual(sent);
    }),
  );
});

test("a damaged packet is noise, and the next one is found behind it", () => {
  const damaged = Buffer.from(newEra.encode("00S"));
  damaged[2] = 0x31;
  const short = Buffer.from("\x02\x01", "latin1");
  const endless = Buffer.from(newEra.encode("00I"));
  endless[endless.length - 1] = 0x04;
  const seen = decode(newEra, [Buffer.from("xx"), damaged, short, endless, newEra.encode("00W")]);
  expect(seen.filter((one) => typeof one === "string")).toEqual(["00W"]);
  const why = seen.flatMap((one) => (typeof one === "string" ? [] : [one[1]])).join();
  expect(why).toContain("before the start of a packet");
  expect(why).toContain("a packet with the check");
  expect(why).toContain("a packet cannot have the length 1");
  expect(why).toContain("a packet without \\x03 at its end");
});

test("one flipped bit never passes for a message", () => {
  const data = fc.stringMatching(/^[\x20-\x7e]{1,40}$/);
  fc.assert(
    fc.property(data, fc.nat(), (message, at) => {
      const packet = Buffer.from(newEra.encode(message));
      const bit = at % (packet.length * 8);
      packet[bit >> 3] = (packet[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decode(newEra, [packet]).filter((one) => typeof one === "string")).toEqual([]);
    }),
  );
});

test("F15: noise never fills the memory: whatever no packet begins with is given up at once", () => {
  let kept = 0;
  let told = 0;
  const decoder = newEra.decoder({ message: () => {}, garbage: (bytes) => (told += bytes.length) });
  for (let sent = 0; sent < 2000; sent++) {
    decoder.push(Buffer.alloc(1000, sent % 256));
    kept = Math.max(kept, (sent + 1) * 1000 - told);
  }
  expect(kept).toBeLessThan(2000);
});

test("what is half come is forgotten on a reset", () => {
  const seen: string[] = [];
  const decoder = newEra.decoder({ message: (message) => seen.push(message), garbage: () => {} });
  decoder.push(newEra.encode("00S").subarray(0, 4));
  decoder.reset();
  decoder.push(newEra.encode("00I"));
  expect(seen).toEqual(["00I"]);
});

test("only bytes that the codec declares are sent", () => {
  expect(() => newEra.encode("RUN\r")).toThrow(InputError);
  expect(() => newEra.encode("RUN\u010d")).toThrow(/beyond U\+00FF/);
  expect(() => newEra.encode("x".repeat(252))).toThrow(/longer than 251 bytes/);
  expect(packets({ start: "!", allow: "\t" }).encode("\t")).toEqual(Buffer.from("!\x01\t"));
  expect(() => packets({ start: "" })).toThrow(DefinitionError);
});
