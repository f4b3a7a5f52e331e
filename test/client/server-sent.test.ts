import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnreachableError } from "../../src/client/errors.ts";
import { type Message, messages } from "../../src/client/server-sent.ts";

/** A stream of these chunks, and whether it was cancelled. */
function streamOf(chunks: Iterable<Uint8Array>) {
  const rest = chunks[Symbol.iterator]();
  const state = { cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = rest.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { body, state };
}

async function all(stream: AsyncIterable<Message>): Promise<Message[]> {
  const came: Message[] = [];
  for await (const one of stream) came.push(one);
  return came;
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(...texts: readonly string[]): Promise<Message[]> {
  return all(messages(streamOf(texts.map(bytes)).body));
}

const message = (data: string, more: Partial<Message> = {}): Message => ({
  ...{ id: undefined, event: "message", data, retry: undefined },
  ...more,
});

describe("a stream of Server-Sent Events", () => {
  it.each<[string, string, readonly Message[]]>([
    ["one line", "data: a\n\n", [message("a")]],
    ["several lines", "data: a\ndata:b\ndata:  c\n\n", [message("a\nb\n c")]],
    ["a type", "event: property\ndata: 1\n\ndata: 2\n\n", [message("1", { event: "property" }), message("2")]],
    ["an id, which stays", "id: 7\ndata: 1\n\ndata: 2\n\n", [message("1", { id: "7" }), message("2", { id: "7" })]],
    [
      "an id that is emptied",
      "id: 7\ndata: 1\n\nid\ndata: 2\n\n",
      [message("1", { id: "7" }), message("2", { id: "" })],
    ],
    ["an id with a NUL, which is none", "id: 7\0\ndata: 1\n\n", [message("1")]],
    ["an id alone", "retry: 2000\nid: 7\n\n", [message("", { id: "7", event: "", retry: 2000 })]],
    ["a time that is none", "retry: soon\ndata: 1\n\n", [message("1")]],
    ["comments", ": hello\n\n:\ndata: 1\n:\n\n", [message("1")]],
    ["a field that is not known", "what: 1\ndata: 1\n\n", [message("1")]],
    ["no data", "event: property\n\ndata\n\ndata: 1\n\n", [message("1")]],
    ["two empty lines", "data\ndata\n\n", [message("\n")]],
    ["other ends of lines", "data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n", [message("1"), message("2"), message("3")]],
    ["a byte order mark", "\uFEFFdata: 1\n\n", [message("1")]],
    ["a message that is not ended", "data: 1\n\ndata: 2\n", [message("1")]],
  ])("with %s", async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it("may be cut anywhere, within a character and between the two of a line's end too", async () => {
    const text = "id: 1\r\nevent: a\r\ndata: µl\r\n\r\nretry: 5\rdata: 💧\rdata: x\r\r:\n\ndata: 3\n\n";
    const whole = await read(text);
    expect(whole).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes(text).length)), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes(text).length];
        const chunks = at.slice(1).map((end, i) => bytes(text).slice(at[i], end));
        expect(await all(messages(streamOf(chunks).body))).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("is given up when a message has no end", async () => {
    const endless = function* () {
      for (;;) yield bytes("x".repeat(100_000));
    };
    const { body, state } = streamOf(endless());
    await expect(all(messages(body))).rejects.toThrow(UnreachableError);
    expect(state.cancelled).toBe(true);
    const lines = streamOf(
      (function* () {
        for (;;) yield bytes(`data: ${"x".repeat(100_000)}\n`);
      })(),
    );
    await expect(all(messages(lines.body))).rejects.toThrow(/too long/);
  });

  it("is cancelled when nobody wants more", async () => {
    const { body, state } = streamOf([bytes("data: 1\n\n"), bytes("data: 2\n\n"), bytes("data: 3\n\n")]);
    for await (const { data } of messages(body)) if (data === "1") break;
    expect(state.cancelled).toBe(true);
  });

  it("tells of all that comes, comments too", async () => {
    let heard = 0;
    const { body } = streamOf([bytes(":\n\n"), bytes("data: 1\n\n"), bytes(":")]);
    await all(messages(body, () => heard++));
    expect(heard).toBe(3);
  });
});
