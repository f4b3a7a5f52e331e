import fc from "fast-check";

/** Bytes that a line protocol is made of, and that a device obeys wherever they come. */
const control = fc.constantFrom(
  "\0",
  "\x02",
  "\x03",
  "\b",
  "\t",
  "\n",
  "\v",
  "\f",
  "\r",
  "\x11",
  "\x13",
  "\x18",
  "\x1b",
  "\x7f",
  "\x85",
);
/** Characters whose low byte is one of these: cut to a byte, U+010A is a line feed. */
const disguised = control.map((character) => String.fromCharCode(0x100 + character.charCodeAt(0)));
const latin1 = fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code));
const ascii = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const anything = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
const halves = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));

/** Texts as nobody should send them, among some that are harmless. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof(ascii, control, disguised, latin1, anything, halves), { maxLength: 12 })
    .map((parts) => parts.join("")),
  fc
    .tuple(
      fc.string({ unit: ascii, maxLength: 8 }),
      fc.oneof(control, disguised),
      fc.string({ unit: ascii, maxLength: 8 }),
    )
    .map((parts) => parts.join("")),
  // What is harmless on most lines, and ends a message, or breaks into one, on others.
  fc.string({ unit: fc.constantFrom(..."ab ;,:?!~*"), maxLength: 12 }),
  fc.integer({ min: 1000, max: 20_000 }).map((length) => "x".repeat(length)),
);

/** What may stand on a wire: printable ASCII, and an end of line after it. */
export const completeLine = /^[\x20-\x7e]*(?:\r\n|\r|\n)$/;
