import type { Dice } from "../soak/dice.ts";
import { anyValue } from "./bodies.ts";
import { authorization } from "./headers.ts";
import { host } from "./requests.ts";
import type { Surface } from "./surface.ts";

/** The bytes of a WebSocket's client, one a character: its handshake, good or bad, and what it says then. */
export function socketFor(
  surface: Surface,
  dice: Dice,
): { readonly handshake: string; readonly frames: readonly string[] } {
  const frames = Array.from({ length: dice.whole(0, 6) }, () => frame(surface, dice));
  return { handshake: handshake(surface, dice), frames };
}

const key = "dGhlIHNhbXBsZSBub25jZQ==";

function handshake({ things }: Surface, dice: Dice): string {
  const user = authorization(dice);
  const path = dice.odds(0.9)
    ? `/${dice.one(things)}/ws`
    : dice.one(["/ws", "/nosuch/ws", "/health", "//ws", "/pump/ws?a=b"]);
  const odd = dice.odds(0.25);
  const lines = [
    `${odd ? dice.one(["GET", "GET", "POST", "HEAD"]) : "GET"} ${path} HTTP/1.1`,
    `host: ${host}`,
    `connection: ${odd ? dice.one(["Upgrade", "keep-alive, Upgrade", "close", "Upgrade, close"]) : "Upgrade"}`,
    `upgrade: ${odd ? dice.one(["websocket", "WebSocket", "h2c", "websocket, h2c", "x"]) : "websocket"}`,
    ...(odd && dice.odds(0.3) ? [] : [`sec-websocket-key: ${odd ? dice.one([key, "x", "", "dGhl"]) : key}`]),
    `sec-websocket-version: ${odd ? dice.one(["13", "8", "0", "x", "13, 8", "99"]) : "13"}`,
    ...(user === undefined ? [] : [`authorization: ${user}`]),
    ...(dice.odds(0.2)
      ? [`sec-websocket-protocol: ${dice.one(["benchd", "a, b", "", "webthingprotocol", "benchd, benchd"])}`]
      : []),
    ...(dice.odds(0.2)
      ? [`sec-websocket-extensions: ${dice.one(["permessage-deflate", "x", ";", "permessage-deflate; a=b"])}`]
      : []),
    ...(dice.odds(0.1) ? [`origin: ${dice.one(["null", `http://${host}`, "http://evil.example"])}`] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface Parts {
  readonly opcode: number;
  readonly payload?: string;
  readonly last?: boolean;
  /** Those of the extensions that nobody has agreed on. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** What the head says, whatever the payload is. */
  readonly told?: bigint;
}

function frame(surface: Surface, dice: Dice): string {
  const payload = dice.odds(0.8) ? message(surface, dice) : dice.one(payloads);
  const good: Parts = { opcode: dice.one([1, 1, 1, 9, 10]), payload: payload.slice(0, 60_000) };
  if (dice.odds(0.6))
    return written({ ...good, ...(good.opcode !== opcodes.text && { payload: payload.slice(0, 125) }) }, dice);
  const control = dice.one([opcodes.close, opcodes.ping, opcodes.pong]);
  return dice.one<() => string>([
    () => written({ ...good, masked: false }, dice),
    () => written({ ...good, reserved: dice.whole(1, 7) }, dice),
    () => written({ ...good, opcode: dice.one([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }, dice),
    () => written({ opcode: control, payload: "x".repeat(126) }, dice),
    () => written({ opcode: control, payload: "x", last: false }, dice),
    () =>
      written(
        {
          opcode: opcodes.close,
          payload: dice.one(["", "\x03", "\x03\xe8", "\x03\xe8ok", "\0\0", "\x03\xec", "\xff\xff\xff", "\x03\xe8\xff"]),
        },
        dice,
      ),
    () =>
      written(
        { ...good, opcode: opcodes.text, payload: dice.one(["\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "a\xe2\x82"]) },
        dice,
      ),
    () => written({ opcode: opcodes.more, payload: "x" }, dice),
    () => written({ ...good, told: dice.one([2n ** 63n, 2n ** 64n - 1n, 70_000n, 2n ** 31n, 126n, 5n]) }, dice),
    () => written({ opcode: opcodes.text, payload: "x".repeat(65_537) }, dice),
    () => inPieces(payload, dice),
    () => written(good, dice).slice(0, dice.whole(1, 6)),
    () => written({ opcode: opcodes.binary, payload }, dice),
  ])();
}

/** In several frames, with something between them that may or may not be there. */
function inPieces(payload: string, dice: Dice): string {
  const at = dice.whole(0, payload.length);
  const between = dice.one([opcodes.ping, opcodes.pong, opcodes.text, opcodes.more]);
  return [
    written({ opcode: opcodes.text, payload: payload.slice(0, at), last: false }, dice),
    written({ opcode: between, payload: "x", last: between !== opcodes.more }, dice),
    written({ opcode: opcodes.more, payload: payload.slice(at) }, dice),
  ].join("");
}

const types = [
  "addPropertyObservation",
  "removePropertyObservation",
  "addActionObservation",
  "removeActionObservation",
];
const names = [
  "counter",
  "gain",
  "fixed",
  "closed",
  "weight",
  "noop",
  "slow_count",
  "stop",
  "__proto__",
  "toString",
  "x",
  "",
];

function message(_: Surface, dice: Dice): string {
  const data = Object.fromEntries(Array.from({ length: dice.whole(0, 4) }, () => [dice.one(names), {}]));
  const told = {
    messageType: dice.odds(0.9) ? dice.one(types) : anyValue(dice, 1),
    data: dice.odds(0.9) ? data : anyValue(dice, 3),
  };
  return Buffer.from(JSON.stringify(told)).toString("latin1");
}

const payloads = [
  ...[
    "",
    "{",
    "null",
    "[]",
    "\0",
    '"x"',
    "[".repeat(5000),
    "x".repeat(60_000),
    '{"messageType":"addPropertyObservation"}',
  ],
  `{"messageType":"addPropertyObservation","data":{${Array.from({ length: 600 }, (_, n) => `"k${n}":1`).join(",")}}}`,
];

function written({ opcode, payload = "", last = true, reserved = 0, masked = true, told }: Parts, dice: Dice): string {
  const length = told ?? BigInt(payload.length);
  const short = length < 126n ? Number(length) : length < 65_536n ? 126 : 127;
  const long = Buffer.alloc(short === 126 ? 2 : short === 127 ? 8 : 0);
  if (short === 126) long.writeUInt16BE(Number(length));
  if (short === 127) long.writeBigUInt64BE(length);
  const first = String.fromCharCode((last ? 0x80 : 0) | (reserved << 4) | opcode, (masked ? 0x80 : 0) | short);
  const begun = first + long.toString("latin1");
  if (!masked) return begun + payload;
  const mask = Array.from({ length: 4 }, () => dice.whole(0, 255));
  const hidden = Buffer.from(payload, "latin1").map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return begun + String.fromCharCode(...mask) + Buffer.from(hidden).toString("latin1");
}
