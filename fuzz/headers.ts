import type { Dice } from "../soak/dice.ts";
import { placeholders } from "./surface.ts";

/** Values of headers that mean something here, good and bad. What is not ASCII leaves as Latin-1. */
const values: Readonly<Record<string, readonly string[]>> = {
  prefer: [
    ...["respond-async", "wait=0", "wait=1", "wait=60", "wait=999999999", "wait=-1", "wait=x", 'wait="2"', "wait = 1"],
    ...["respond-async, wait=1", "cancel-on-disconnect", "wait=1, cancel-on-disconnect", ",,;;", "handling=lenient"],
  ],
  range: [
    ...["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=5-2", "bytes=0-1,2-3", "bytes=-0", "bytes=999999-", "lines=1-2"],
    ...["bytes", "bytes=", "bytes=-", "bytes=a-b", `bytes=${"0-1,".repeat(1000)}2-`, "bytes=9999999999999999999-"],
  ],
  "if-none-match": ["*", '"x"', 'W/"x"', `"${placeholders.blob_id}"`, "x", `${'"a",'.repeat(500)}"b"`, '"', ","],
  "if-range": ['"x"', `"${placeholders.blob_id}"`, "Sat, 21 Nov 2026 00:00:00 GMT"],
  "last-event-id": [placeholders.event, "0", "-1", "x", "00000000f003-99999999999999999999", "x".repeat(2000), "\xe9"],
  "idempotency-key": [
    ...['"8e03978e-40d5-43e8-bc93-6894a57f9324"', "a", "b", "c", '"a"', '"', '""', "a b", "x".repeat(255)],
    ...["x".repeat(256), '"\\"', "\xe9", '"a', "a,b", "%00"],
  ],
  "lease-number": [placeholders.lease, "1", "2", "0", "-1", "1,2", "1, 2", "x", "1".repeat(20), "1,".repeat(30), "1.5"],
  accept: [
    ...["*/*", "text/html", "application/json", "text/event-stream", "image/jpeg", "application/td+json", "x", ""],
    ...["text/event-stream;q=0", "application/json;q=2", ",", "*/*;q=0", `${"text/html,".repeat(300)}x`],
  ],
  origin: ["null", "http://evil.example", "x", "", "http://localhost", "http://127.0.0.1", "https://[::1]", "file://"],
  "sec-fetch-site": ["same-origin", "same-site", "cross-site", "none", "x"],
  "content-type": [
    ...["application/json", "application/json; charset=utf-8", "text/plain", "application/json;charset=utf-16", ""],
    ...["multipart/form-data; boundary=a", "application/x-www-form-urlencoded", "APPLICATION/JSON", "json", ";"],
    ...["application/json, text/plain", "application/json\t", "application/problem+json", "*/*"],
  ],
  "content-encoding": ["gzip", "identity", "", "br, gzip"],
  expect: ["100-continue", "200-ok", "", "100-CONTINUE"],
  "x-forwarded-for": ["10.0.0.1", "::1, 127.0.0.1", "x"],
  "x-forwarded-host": ["evil.example"],
  "x-http-method-override": ["DELETE", "POST"],
  cookie: ["a=b", "session=x; __proto__=y"],
  te: ["trailers", "chunked"],
  connection: ["close", "keep-alive", "upgrade", "close, upgrade", "x"],
  upgrade: ["h2c", "websocket", "TLS/1.0", ""],
  "http2-settings": ["AAMAAABkAAQAAP__"],
  __proto__: ["x"],
  constructor: ["x"],
  "x-long": ["x".repeat(8000)],
};

const names = Object.keys(values);

/** Some of the headers that a request may have, by chance; each once. */
export function oddHeaders(dice: Dice): readonly (readonly [name: string, value: string])[] {
  const chosen = new Set(Array.from({ length: dice.whole(0, 3) }, () => dice.one(names)));
  return [...chosen].map((name) => [name, dice.one(values[name] ?? [""])] as const);
}

/** Who asks: by the tokens of `gateway.ts`, mostly somebody who may. */
export function authorization(dice: Dice): string | undefined {
  const roll = dice.real(0, 1);
  if (roll < 0.75) return "Bearer fuzz-admin";
  if (roll < 0.93) return `Bearer ${dice.one(["fuzz-read", "fuzz-operate", "fuzz-configure", "fuzz-pump"])}`;
  return dice.one([undefined, "", "Bearer", "Bearer x", "bearer fuzz-read", "Basic Og==", "Basic \xff", "Digest a=b"]);
}
