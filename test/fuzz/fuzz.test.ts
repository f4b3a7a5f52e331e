import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Type } from "typebox";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Case, caseOf } from "../../fuzz/case.ts";
import { type FuzzOptions, fuzz } from "../../fuzz/fuzz.ts";
import { surfaceOf } from "../../fuzz/surface.ts";

const secret = "/srv/benchd/secret";
const surface = surfaceOf({
  routes: [
    { method: "GET", url: "/:thing/:affordance", query: Type.Object({ limit: Type.Integer() }) },
    { method: "POST", url: "/:thing/:affordance" },
    { method: "HEAD", url: "/health" },
    { method: "GET", url: "/events" },
  ],
  openapi: { paths: {} },
  things: { pump: { actions: { dispense: { input: Type.Object({ volume: Type.Number() }) } } } },
  faults: {},
  interlocks: [],
});

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const sound = { "x-content-type-options": "nosniff", "content-type": "application/json" };
const refusal = JSON.stringify({ detail: "no" });
const answer =
  (status: number, body: string, headers: object = {}): Answering =>
  (_, response) =>
    void response.writeHead(status, { ...sound, "content-length": Buffer.byteLength(body), ...headers }).end(body);

/** Fuzz something that answers everything in one way; what Node refuses itself looks as ours does. */
async function violationsOf(answering: Answering, options: Partial<FuzzOptions> = {}) {
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => answering(request, response));
  });
  server.on("checkExpectation", answer(417, refusal));
  server.on("clientError", (_, socket) => {
    const head = `HTTP/1.1 400 Bad Request\r\nx-content-type-options: nosniff\r\ncontent-type: application/json`;
    socket.end(`${head}\r\ncontent-length: ${refusal.length}\r\nconnection: close\r\n\r\n${refusal}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const fuzzed = await fuzz({ ...{ port, surface, seed: 1, requests: 150, secrets: [secret] }, ...options });
  return fuzzed.violations.flatMap(({ wrong }) => wrong);
}

describe("what answers as it should", () => {
  test("is found to, whatever it is sent", async () => {
    expect(await violationsOf(answer(400, refusal), { requests: 600 })).toEqual([]);
  });
});

describe.each<[string, Answering, RegExp]>([
  ["a 500", answer(500, refusal), /answered by 500: no/],
  ["a 501, which nothing tells of", answer(501, refusal), /answered by 501/],
  ["a stack in a body", answer(400, '{"detail":"Error\\n    at open (thing.ts:3:4)"}'), /how we are made/],
  [
    "a path of the machine",
    answer(404, JSON.stringify({ detail: `${secret} is missing` })),
    /tells \/srv\/benchd\/secret/,
  ],
  ["a refusal that says nothing", answer(404, "{}"), /does not say what is wrong/],
  ["a refusal with an empty body", answer(404, ""), /does not say what is wrong/],
  ["what is called JSON and is not", answer(200, "{oops"), /is no JSON/],
  ["a type that browsers may guess", answer(400, refusal, { "x-content-type-options": "" }), /lets browsers guess/],
  ["a 405 that allows nothing", answer(405, refusal), /does not say what is allowed/],
  ["a 401 without a challenge", answer(401, refusal), /how to say who one is/],
  [
    "a length that is too small",
    raw(`HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\ncontent-length: 2\r\n\r\nlonger`),
    /behind the answers|begins with/,
  ],
  [
    "a length that is too large",
    raw(`HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\ncontent-length: 20\r\n\r\nless`, true),
    /ends in its middle/,
  ],
  [
    "two lengths",
    raw(
      `HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ),
    /two lengths/,
  ],
  [
    "chunks that do not fit",
    raw(`HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\ntransfer-encoding: chunked\r\n\r\nxx\r\na\r\n0\r\n\r\n`),
    /a chunk is "xx" long/,
  ],
  [
    "a header with a line of its own",
    raw(`HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\nno colon\r\ncontent-length: 0\r\n\r\n`),
    /has the header "no colon"/,
  ],
  ["something that is no answer", raw("SSH-2.0-x\r\n\r\n"), /begins with "SSH/],
  ["a connection that is closed without a word", raw("", true), /are not answered/],
])("%s", (_, answering, told) => {
  test("is found", async () => {
    expect((await violationsOf(answering)).join("\n")).toMatch(told);
  });
});

/** Beside what Node would let an answer be. */
function raw(bytes: string, ends = false): Answering {
  return ({ socket }) => {
    if (socket.writable) socket.write(bytes, "latin1");
    if (ends) socket.end();
  };
}

test("what is found wrong in the middle is told too, and the first case that shows anything", async () => {
  const wrong = await violationsOf(answer(400, refusal), {
    requests: 500,
    every: { requests: 100, look: async (sent) => (sent > 200 ? ["it stands still"] : []) },
  });
  expect(wrong).toContain("it stands still");
});

describe("a case", () => {
  const sent = ({ pieces }: Case) => pieces.join("");

  test("is decided by seed and number alone, so that one of them is seen again by itself", () => {
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    const one = numbers.map((n) => caseOf(surface, 7, n));
    expect(
      numbers
        .toReversed()
        .map((n) => caseOf(surface, 7, n))
        .toReversed(),
    ).toEqual(one);
    expect(numbers.map((n) => sent(caseOf(surface, 8, n)))).not.toEqual(one.map(sent));
    expect(new Set(one.map(sent)).size).toBeGreaterThan(250);
  });

  test("is well-formed, malformed, or a WebSocket, each in many ways", () => {
    const cases = Array.from({ length: 3000 }, (_, n) => caseOf(surface, 1, n));
    const ways = (sort: Case["sort"]) => new Set(cases.filter((one) => one.sort === sort).map(({ what }) => what)).size;
    expect(ways("malformed")).toBeGreaterThan(20);
    expect(ways("requests")).toBeGreaterThan(3);
    expect(cases.filter(({ sort }) => sort === "socket").length).toBeGreaterThan(100);
  });

  test("of several requests is judged in full as far as a stream, or a request that closes, which is its last one then", () => {
    const cases = Array.from({ length: 6000 }, (_, n) => caseOf(surface, 1, n));
    const ending = cases.filter(({ what }) => what === "pipelined up to an end");
    expect(new Set(ending.map(({ mayBeGivenUp }) => mayBeGivenUp))).toEqual(new Set([true, false]));
    for (const one of ending) {
      const parts = sent(one).split(" HTTP/1.1\r\n");
      expect(parts.length).toBe(one.methods.length + 1);
      // Its target, and its headers.
      const [target = "", headers = ""] = parts.slice(-2);
      expect(/(events|stream)\S*$/.test(target) || /^[^ ]+: .*\bclose\b/m.test(headers)).toBe(true);
      expect(parts.slice(1, -1).join("\r\n")).not.toMatch(/^connection: close/m);
    }
  });

  test("has bodies that fit their schema, and such that do not", () => {
    const cases = Array.from({ length: 3000 }, (_, n) => sent(caseOf(surface, 1, n)));
    expect(cases.some((text) => /\{"volume":[\d.]+\}/.test(text))).toBe(true);
    expect(cases.some((text) => text.includes("__proto__"))).toBe(true);
  });
});
