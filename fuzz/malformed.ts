import type { Dice } from "../soak/dice.ts";
import { anyText, mutated } from "./bodies.ts";
import { host, otherMethods, type Request, written } from "./requests.ts";

/** One way in which a request is no request. Returns its bytes, one a character. */
type Spoil = (request: Request, dice: Dice) => string;

const head = (line: string, { headers }: Request) =>
  [line, ...headers.map(([name, value]) => `${name}: ${value}`)].join("\r\n");
const line = ({ method, target }: Request, version = "HTTP/1.1") => `${method} ${target} ${version}`;
const bytes = (dice: Dice, length: number) =>
  Array.from({ length }, () => String.fromCharCode(dice.whole(0, 255))).join("");
const spoiltHead = (first: string, request: Request) => `${head(first, request)}\r\n\r\n`;
/** With these lines after the others, and with that behind the head. */
const withHeaders = (request: Request, lines: readonly string[], body = "") =>
  `${[head(line(request), request), ...lines].join("\r\n")}\r\n\r\n${body}`;
const smuggled = `GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\n`;

const spoils = {
  "the request line": (request, dice) =>
    spoiltHead(
      dice.one([
        ...[line(request, "HTTP/1.0"), line(request, "HTTP/2.0"), line(request, "HTTP/0.9"), line(request, "HTTP/9.9")],
        ...[line(request, "http/1.1"), line(request, "ICE/1.0"), `${request.method} ${request.target}`, request.method],
        ...[` ${line(request)}`, line(request).replaceAll(" ", "\t"), line(request).replaceAll(" ", "  "), ""],
        ...[
          `${request.method} ${request.target} x HTTP/1.1`,
          `${request.method}  HTTP/1.1`,
          mutated(line(request), dice),
        ],
        ...[`${request.method.toLowerCase()} ${request.target} HTTP/1.1`, `G\0T ${request.target} HTTP/1.1`],
        ...[`\r\n\r\n${line(request)}`, `${request.method} /${"a".repeat(20_000)} HTTP/1.1`],
        `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
      ]),
      request,
    ),
  "the method": (request, dice) =>
    spoiltHead(
      line({
        ...request,
        method: dice.one([
          "CONNECT",
          "TRACE",
          "M-SEARCH",
          "PURGE",
          "LOCK",
          "SOURCE",
          "FOO",
          "G ET",
          "GET\0",
          "*",
          "SSH-2.0",
        ]),
      }),
      request,
    ),
  "the target": (request, dice) =>
    spoiltHead(
      line({
        ...request,
        target: dice.one([
          ...[`http://${host}${request.target}`, `http://evil.example${request.target}`, `https://${host}/health`],
          ...[
            "*",
            "//",
            "//evil.example/health",
            "health",
            "?",
            "#",
            "/#a",
            "http://",
            "http:///health",
            "http://[::1",
          ],
          ...[`${host}:80`, "/\xff\xfe", "/a b", "/\x7f", "/%", `/health?${"a=b&".repeat(3000)}`, "\\health", "/\t"],
          ...["file:///etc/passwd", "/health\0", "http://user:password@127.0.0.1/health", "ws://127.0.0.1/pump/ws"],
        ]),
      }),
      request,
    ),
  "the headers": (request, dice) =>
    withHeaders(request, [
      dice.one([
        ...["no colon", ": no name", "a b: c", "a : b", " folded: x", "x: y\r\n folded", "x:\0", "x: \x01", "x\xff: y"],
        ...[`x: ${bytes(dice, 30)}`, `${bytes(dice, 10)}: x`, `x: ${"y".repeat(20_000)}`, "host: evil.example"],
        ...[Array.from({ length: 3000 }, (_, n) => `x${n}: y`).join("\r\n"), "host:", "x: y\n\nz: a", "x: y\rz: a"],
        ...[
          "content-length: 5\r\ncontent-length: 6",
          "connection: close\r\nconnection: keep-alive",
          mutated("a: b", dice),
        ],
      ]),
    ]),
  "no host, or an odd one": (request, dice) =>
    spoiltHead(line(request), {
      ...request,
      headers: [
        ...request.headers.filter(([name]) => name !== "host"),
        ...dice.one([
          [],
          [["host", ""] as const],
          [["host", "a b"] as const],
          [["host", "evil.example"] as const],
          [["host", host] as const, ["host", host] as const],
          [["host", `${host}:99999999`] as const],
          [["host", "[::1"] as const],
        ]),
      ],
    }),
  "its length": (request, dice) => {
    const body = request.body ?? '{"by":1}';
    const length = dice.one([
      ...["-1", "+5", "0x5", "5,5", "5 5", "", "1e3", "99999999999999999999", "5;a", "\t5", "05", "x", "1.0"],
      ...[String(body.length + 10), String(Math.max(0, body.length - 3)), "2000000"],
    ]);
    return withHeaders(request, [`content-length: ${length}`], body);
  },
  "its chunks": (request, dice) => {
    const chunk = dice.one([
      ...[
        "5\r\nab",
        "zz\r\nab\r\n0\r\n\r\n",
        "-1\r\n",
        "fffffffffffffffff\r\n",
        "5;x=y\r\nabcde\r\n0\r\n\r\n",
        "2\r\nabc\r\n0\r\n\r\n",
      ],
      ...[
        "2\nab\n0\n\n",
        "0\r\nx: y\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "\r\n\r\n",
        " 2\r\nab\r\n0\r\n\r\n",
        `2;${"x".repeat(20_000)}\r\nab\r\n`,
      ],
      ...[`0\r\n\r\n${smuggled}`, "2 \r\nab\r\n0\r\n\r\n", "0x2\r\nab\r\n0\r\n\r\n", bytes(dice, 20)],
    ]);
    const coding = dice.one([
      "chunked",
      "chunked",
      "Chunked",
      "chunked, chunked",
      "gzip, chunked",
      "identity",
      "x",
      "",
    ]);
    return withHeaders(request, [`transfer-encoding: ${coding}`], chunk);
  },
  "two lengths (smuggling)": (request, dice) =>
    withHeaders(
      request,
      dice.one([
        ["content-length: 4", "transfer-encoding: chunked"],
        ["transfer-encoding: chunked", "content-length: 4"],
        ["transfer-encoding : chunked", "content-length: 4"],
        ["transfer-encoding: xchunked", "content-length: 4"],
        ["transfer-encoding:\tchunked", "transfer-encoding: identity"],
        ["content-length: 0", "content-length: 44"],
      ]),
      `0\r\n\r\n${smuggled}`,
    ),
  "what follows it": (request, dice) => {
    const more = dice.one([
      "\r\n".repeat(50),
      "\0",
      "x",
      `${bytes(dice, 50)}\r\n\r\n`,
      "\x16\x03\x01\x02",
      smuggled.slice(0, 30),
    ]);
    return written(request) + more;
  },
  "half of it": (request, dice) => {
    const whole = written(request);
    return whole.slice(0, dice.whole(1, Math.max(1, whole.length - 1)));
  },
  "any of its bytes": (request, dice) => mutated(written(request), dice).replaceAll(/[^\0-\xff]/g, "\xff"),
  "an upgrade": (request, dice) =>
    withHeaders(
      request,
      dice.one([
        ["connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__"],
        ["connection: upgrade", "upgrade: websocket"],
        ["connection: upgrade", "upgrade: x".repeat(100)],
        ["connection: upgrade", "upgrade:"],
      ]),
      dice.one(["", bytes(dice, 30), smuggled]),
    ),
  "an expectation": (request, dice) =>
    withHeaders(
      request,
      [`expect: ${dice.one(["100-continue", "x", "100-continue, x", ""])}`, "content-length: 2"],
      dice.one(["{}", "", "{"]),
    ),
  "no HTTP": (_, dice) =>
    dice.one([
      ...[
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "SSH-2.0-x\r\n",
        "\0",
        "\r\n",
        "\n",
        "EHLO x\r\n",
        "*1\r\n$4\r\nPING\r\n",
      ],
      ...[bytes(dice, 200), anyText(dice, 50).replaceAll(/[^\0-\xff]/g, "\xff"), "GET / HTTP/1.1", "{}", ""],
    ]),
} satisfies Record<string, Spoil>;

const sorts = Object.keys(spoils) as (keyof typeof spoils)[];

/** The bytes of something that is nearly that request, and what is wrong with it. */
export function spoiltRequest(request: Request, dice: Dice): { readonly what: string; readonly text: string } {
  const what = dice.one(sorts);
  const odd = dice.odds(0.1) ? { ...request, method: dice.one(otherMethods) } : request;
  return { what, text: spoils[what](odd, dice) };
}
