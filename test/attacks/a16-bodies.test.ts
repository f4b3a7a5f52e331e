import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
beforeAll(async () => {
  bench = await openListening({ yaml: "things:\n  counter: { driver: counter }\nlimits: { requestSeconds: 1 }\n" });
});
afterAll(() => bench.close());

const mebibyte = 2 ** 20;
const json = "content-type: application/json\r\n";
const post = (headers: string, body = "") =>
  `POST /counter/echo HTTP/1.1\r\nhost: ${bench.url.host}\r\n${headers}\r\n${body}`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);
const chunk = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n`;
const detailOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))).detail;

/** Send on and on until it is hung up on; returns how much was taken. */
async function sendLong(head: string, piece: string, times: number): Promise<number> {
  const socket = bench.connect().resume();
  let over = false;
  socket.once("close", () => (over = true));
  socket.write(head);
  let taken = 0;
  for (; taken < times && !over; taken++)
    if (!socket.write(piece)) await new Promise<void>((go) => socket.once("drain", go).once("close", () => go()));
  return taken * piece.length;
}

describe("A16: a body that is too large", () => {
  it("is refused by its length before any of it has come", async () => {
    const socket = bench.connect();
    const answer = text(socket);
    socket.write(post(`${json}content-length: ${2 ** 40}\r\n`));
    expect(statusOf(await answer)).toBe(413);
  });

  it("of just the limit is read, and of a byte more refused", async () => {
    const fits = JSON.stringify("x".repeat(mebibyte - 2));
    const sent = (body: string) => post(`${json}connection: close\r\ncontent-length: ${body.length}\r\n`, body);
    // Read, and no input of it.
    expect(statusOf(await bench.send(sent(fits)))).toBe(422);
    expect(statusOf(await bench.send(sent(`${fits} `)))).toBe(413);
  });

  it("in chunks, without a length, is read no further than the limit", async () => {
    const piece = chunk(" ".repeat(65_536));
    const taken = await sendLong(post(`${json}transfer-encoding: chunked\r\n`), piece, 2000);
    // What the system had room for, and not the 125 MiB that were to come.
    expect(taken).toBeLessThan(40 * mebibyte);
  });

  it("of one chunk without end is refused as well, and so are extensions of chunks without end", async () => {
    const head = post(`${json}transfer-encoding: chunked\r\n`);
    for (const begun of ["fffffffffff\r\n", "5;x="]) {
      const taken = await sendLong(head + begun, "x".repeat(65_536), 2000);
      expect(taken).toBeLessThan(40 * mebibyte);
    }
  });

  it("of which many never come to their end is refused to whoever sends most, and a stop with a body is done", async () => {
    const patient = await openListening({ yaml: "things:\n  counter: { driver: counter }\n" });
    const begun = Array.from({ length: 64 }, () => {
      const socket = patient.connect();
      socket.write(post(`${json}content-length: ${mebibyte}\r\n`, " ".repeat(100)));
      return socket;
    });
    const large = () => patient.send(post(`${json}content-length: 20000\r\nconnection: close\r\n`, " ".repeat(20_000)));
    // Until all of the others have been heard of.
    let status = 0;
    while (status !== 503) status = statusOf(await large());
    const stop = `POST /counter/stop HTTP/1.1\r\nhost: ${bench.url.host}\r\n${json}content-length: 4\r\nconnection: close\r\n\r\nnull`;
    expect(statusOf(await patient.send(stop))).toBeLessThan(429);
    for (const socket of begun) socket.destroy();
    while (status === 503) status = statusOf(await large());
    expect(status).toBe(422);
    await patient.close();
  });

  it("is not asked for by who waits to be told to send it", async () => {
    const wait = `${json}expect: 100-continue\r\nconnection: close\r\n`;
    const large = await bench.send(post(`${wait}content-length: ${2 * mebibyte}\r\n`));
    expect([statusOf(large), large.includes("100 Continue")]).toEqual([413, false]);
    const packed = await bench.send(post(`${wait}content-encoding: gzip\r\ncontent-length: 10\r\n`));
    expect([statusOf(packed), packed.includes("100 Continue")]).toEqual([415, false]);
    const small = await bench.send(post(`${wait}content-length: 3\r\n`, '"x"'));
    expect(small).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 422/);
  });

  it("is answered in the words of the view that was asked", async () => {
    const answer = await bench.send(
      `POST /things/counter/actions/echo HTTP/1.1\r\nhost: ${bench.url.host}\r\n${json}content-length: ${2 * mebibyte}\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(413);
    expect(answer).toContain("application/problem+json");
  });
});

describe("A16: a body that is packed", () => {
  const bomb = gzipSync(Buffer.alloc(10 * mebibyte));

  it.each(["gzip", "deflate", "br", "GZIP", "gzip, identity", "identity"])(
    "with %s is not unpacked",
    async (encoding) => {
      const headers = `${json}connection: close\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bomb.length}\r\n`;
      const answer = await bench.send(Buffer.concat([Buffer.from(post(headers)), bomb]));
      expect([statusOf(answer), detailOf(answer)]).toEqual([
        415,
        "Send the body as it is, without a content encoding.",
      ]);
    },
  );

  it("on its way is no request at all", async () => {
    const answer = await bench.send(
      post(`${json}connection: close\r\ntransfer-encoding: gzip, chunked\r\n`, "0\r\n\r\n"),
    );
    expect(statusOf(answer)).toBe(501);
  });
});

describe("A16: a length that is not kept", () => {
  it.each([
    ["negative", "content-length: -1\r\n"],
    ["no number", "content-length: 0x10\r\n"],
    ["too large for a number", `content-length: ${"9".repeat(40)}\r\n`],
    ["told twice", "content-length: 3\r\ncontent-length: 4\r\n"],
    ["beside chunks", "content-length: 3\r\ntransfer-encoding: chunked\r\n"],
  ])("as it is %s, is refused", async (_, headers) => {
    expect(statusOf(await bench.send(post(json + headers, '"x"')))).toBe(400);
  });

  it("leaves no second request in what was too long", async () => {
    const smuggled = `POST /emergency_stop HTTP/1.1\r\nx: `;
    const answer = await bench.send(post(`${json}content-length: 3\r\n`, `"x"GARBAGE ${smuggled}`));
    expect(answer).not.toContain("HTTP/1.1 20");
    const stopped = await bench.send(
      `GET /emergency_stop HTTP/1.1\r\nhost: ${bench.url.host}\r\nconnection: close\r\n\r\n`,
    );
    expect(stopped).toContain('"stopped":false');
  });

  it("ends with the time for a request, when the rest never comes", async () => {
    const socket = bench.connect();
    const answer = text(socket);
    socket.write(post(`${json}content-length: 100\r\n`, '"x"'));
    expect(statusOf(await answer)).toBe(408);
  });
});
