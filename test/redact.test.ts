import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { holdsSecret, redact, redactOurs } from "../src/redact.ts";

const id = fc.stringMatching(/^[0-9a-z]{12}$/);
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
const token = fc.tuple(id, secret).map(([id, secret]) => ({ secret, text: `benchd_${id}_${secret}` }));
/** Anything at all, control characters and halves of characters too. */
const around = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("benchd_", "?token=", '"', "Bearer "),
);

test("nothing is left of a token, whatever stands around it, as text and as JSON", () => {
  fc.assert(
    fc.property(around, token, around, (before, { text, secret }, after) => {
      const whole = `${before}${text}${after}`;
      for (const one of [redact(whole), redactOurs(whole), redact(JSON.stringify({ msg: whole }))])
        expect(one).not.toContain(secret);
      expect(holdsSecret(whole)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("what only begins like a token of ours is left as it is", () => {
  for (const text of ["benchd_simulation_run_0001", "benchd_", "benchd_s0123456789abcdef0123"])
    expect([redact(text), holdsSecret(text)]).toEqual([text, false]);
});

test("JSON stays JSON, and the same but for its secrets", () => {
  fc.assert(
    fc.property(fc.jsonValue(), token, (value, { text, secret }) => {
      const read = JSON.parse(redact(JSON.stringify({ authorization: `Bearer ${text}`, value })));
      expect(read.authorization).toMatch(/^Bearer .*\[redacted\]$/);
      expect(JSON.stringify(read)).not.toContain(secret);
    }),
  );
});

test("a token that was cut off is one all the same", () => {
  fc.assert(
    fc.property(token, fc.integer({ min: 1, max: 42 }), ({ text }, left) => {
      expect(redact(text.slice(0, text.length - left))).toMatch(/^benchd_[0-9a-z]{12}_\[redacted\]$/);
    }),
  );
});

test.each([
  ["Authorization: Bearer abcdefgh", "Authorization: Bearer [redacted]"],
  ["authorization: Basic YWRhOmJlbmNo==", "authorization: Basic [redacted]"],
  ["Authorization: secret", "Authorization: [redacted]"],
  ['{"authorization":"Bearer abc.def"}', '{"authorization":"Bearer [redacted]"}'],
  ['"{\\"authorization\\":\\"Bearer abc.def\\"}"', '"{\\"authorization\\":\\"Bearer [redacted]\\"}"'],
  ["GET /events?token=abc&x=1", "GET /events?token=[redacted]&x=1"],
  ["GET /?x=1&access_token=abc#top", "GET /?x=1&access_token=[redacted]#top"],
  ["benchd%5F0123456789ab%5Fabc", "benchd%5F0123456789ab%5F[redacted]"],
  ["tcp://ada:secret@10.0.0.7:4001", "tcp://ada:[redacted]@10.0.0.7:4001"],
  [
    "Sec-WebSocket-Protocol: benchd, benchd.bearer.benchd_0123456789ab_abc",
    "Sec-WebSocket-Protocol: benchd, benchd.bearer.benchd_0123456789ab_[redacted]",
  ],
])("%s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  "benchd_loop_delay_seconds 0.01",
  'benchd_things{state="ready"} 3',
  "http://127.0.0.1:5000/action_invocations/8e03978e-40d5-43e8-bc93-6894a57f9324",
  "the token of ada was revoked",
  "a basic pH of 9",
])("%s is left alone", (text) => {
  expect(redact(text)).toBe(text);
});

test("long lines of anything are looked through in time that grows with their length alone", () => {
  // A pattern that looks twice at what it has looked at would take minutes here.
  for (const part of ["a.", "benchd_", "bearer ", "token=", "authorization:", "http://", "http://a:", "\\\\", "%5f"])
    expect(redact(part.repeat(200_000)).length).toBeGreaterThan(0);
  expect(redact(randomBytes(500_000).toString("latin1"))).toBeTypeOf("string");
});
