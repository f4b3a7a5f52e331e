import { getEventListeners } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "../../src/client/connection.ts";
import { RefusedError } from "../../src/client/errors.ts";
import { type BenchEvent, type FollowOptions, follow, type StreamDetail } from "../../src/client/events.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type AskedBench, openAskedBench } from "./bench.ts";

const unhandled = unhandledRejections();
let bench: AskedBench;
let clock: DiscreteClock;
let connection: Connection;
let leaving: AbortController;
beforeAll(async () => {
  bench = await openAskedBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  leaving = new AbortController();
  clock = new DiscreteClock();
  connection = new Connection({ url: bench.url, clock });
});
afterEach(() => {
  leaving.abort();
  expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
  expect(clock.nextDue()).toBeUndefined();
  expect(unhandled).toEqual([]);
});

interface Followed {
  readonly events: BenchEvent[];
  readonly states: string[];
  readonly details: StreamDetail[];
  readonly ids: string[];
  /** Resolves when it has ended; rejects with what it has thrown. */
  readonly ended: Promise<void>;
}

/** Listens in the background. */
function followed(options: FollowOptions = {}, by = connection): Followed {
  const [events, states, details, ids]: [BenchEvent[], string[], StreamDetail[], string[]] = [[], [], [], []];
  const onState = (state: string, detail: StreamDetail) => {
    states.push(state);
    details.push(detail);
  };
  const stream = follow(by, { signal: leaving.signal, onState, onId: (id) => ids.push(id), ...options });
  const ended = (async () => {
    for await (const event of stream) events.push(event);
  })();
  ended.catch(() => {});
  return { events, states, details, ids, ended };
}

/** Resolves when it may be told. */
async function write(value: number): Promise<void> {
  await bench.clock.until(bench.gateway.thing("counter").write("gain", value));
  await bench.processClock.advance(50);
}
const values = ({ events }: Followed) => events.map((event) => (event.kind === "property" ? event.value : event.kind));
const hungUp = () => bench.app.server.closeAllConnections();

describe("following events", () => {
  it("tells what happens as it happens, until its signal is aborted", async () => {
    const one = followed({ things: ["counter"], kinds: ["property"] });
    await expect.poll(() => one.ids.length).toBe(1);
    await write(3);
    await expect.poll(() => one.events).toHaveLength(1);
    expect(one.events[0]).toEqual({
      ...{ kind: "property", thing: "counter", name: "gain", value: 3 },
      ...{ number: expect.any(Number), at: expect.stringMatching(/Z$/) },
    });
    expect(one.states).toEqual(["connecting", "open"]);
    leaving.abort();
    await one.ended;
    expect(one.states).toEqual(["connecting", "open"]);
  });

  it("goes on where it was when the connection breaks, and says that meanwhile", async () => {
    const one = followed({ kinds: ["property"] });
    await expect.poll(() => one.ids.length).toBe(1);
    await write(1);
    await expect.poll(() => one.events).toHaveLength(1);
    hungUp();
    await expect.poll(() => one.states.at(-1)).toBe("lost");
    expect(one.details.at(-1)).toMatchObject({ why: expect.any(String), retryInMs: expect.any(Number) });
    await write(2);
    await write(1);
    await clock.advance(one.details.at(-1)?.retryInMs ?? 0);
    await expect.poll(() => values(one)).toEqual([1, 2, 1]);
    expect(one.states).toEqual(["connecting", "open", "lost", "connecting", "open"]);
    leaving.abort();
    await one.ended;
  });

  it("begins where it is told, and tells what is missing", async () => {
    const id = `0123456789ab-${bench.gateway.events.last}`;
    const one = followed({ lastEventId: id, kinds: ["property"] });
    await expect.poll(() => one.events.length).toBeGreaterThan(0);
    expect(one.events[0]).toMatchObject({ kind: "gap", why: "restart", missed: null });
    leaving.abort();
    await one.ended;
  });

  it("does not tell the same again to who goes on from its last id", async () => {
    const one = followed({ kinds: ["property"] });
    await expect.poll(() => one.ids.length).toBe(1);
    leaving.abort();
    await one.ended;
    leaving = new AbortController();
    await write(5);
    const [lastEventId] = one.ids;
    const other = followed({ kinds: ["property"], lastEventId, signal: leaving.signal });
    await expect.poll(() => values(other)).toEqual([5]);
    leaving.abort();
    await other.ended;
  });

  it("leaves nothing behind when its consumer leaves", async () => {
    const ids: string[] = [];
    const stream = follow(connection, { signal: leaving.signal, onId: (id) => ids.push(id) });
    const next = stream.next();
    await expect.poll(() => ids.length).toBe(1);
    await write(4);
    await next;
    await stream.return(undefined);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("ends whoever leaves when he hears that it is lost, without a wait", async () => {
    const nowhere = new Connection({ url: "http://127.0.0.1:1", clock });
    const states: string[] = [];
    const stream = follow(nowhere, {
      signal: leaving.signal,
      onState: (state) => {
        states.push(state);
        if (state === "lost") leaving.abort();
      },
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(states).toEqual(["connecting", "lost"]);
  });

  it("ends also who waits for the next event, however long that takes", async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const stream = follow(connection, { onState: (state) => state === "open" && open() });
    const next = stream.next();
    await opened;
    await stream.return(undefined);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it("asks for nothing when its signal was aborted before", async () => {
    const signal = AbortSignal.abort();
    expect(await follow(connection, { signal }).next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    [404, { things: ["nothing"] }],
    [422, { kinds: ["nonsense"] as never }],
  ])("ends with %d", async (status, options) => {
    const one = followed(options);
    const error = await one.ended.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ status });
    expect(one.states).toEqual(["connecting"]);
  });
});

/** Connections whose answers a test makes, one after the other; the last one is repeated. */
function answered(...answers: readonly ((signal: AbortSignal) => Response | Promise<Response>)[]) {
  const asked: Headers[] = [];
  const fetch = async (_: unknown, init: RequestInit = {}) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(new Headers(init.headers));
    if (!answer || !init.signal) throw new Error("there is no answer");
    return answer(init.signal);
  };
  return { asked, by: new Connection({ url: bench.url, clock, fetch: fetch as typeof globalThis.fetch }) };
}

/** Ends as a stream of fetch does when it is aborted; `feed` may be called from outside. */
function stream(...texts: readonly string[]) {
  let feed = (_: string) => {};
  const answer = (signal: AbortSignal) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        feed = (text) => controller.enqueue(new TextEncoder().encode(text));
        for (const text of texts) feed(text);
        signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  return { answer, feed: (text: string) => feed(text) };
}

const refused =
  (status: number, headers = {}) =>
  () =>
    new Response("{}", { status, headers });

describe("a stream that does not come", () => {
  it("is asked for after longer and longer waits, up to 15 s", async () => {
    const { asked, by } = answered(refused(503));
    const one = followed({}, by);
    for (let n = 1; n < 9; n++) {
      await expect.poll(() => one.states.filter((state) => state === "lost")).toHaveLength(n);
      await clock.advance(one.details.at(-1)?.retryInMs ?? 0);
    }
    const waits = one.details.flatMap(({ retryInMs = [] }) => retryInMs);
    const longest = [1, 2, 4, 8, 15, 15, 15, 15].map((s) => 1000 * s);
    for (const [i, ms] of waits.slice(0, 8).entries()) {
      expect(ms).toBeGreaterThanOrEqual((longest[i] ?? 0) / 2);
      expect(ms).toBeLessThanOrEqual(longest[i] ?? 0);
    }
    expect(asked.length).toBeGreaterThanOrEqual(8);
    leaving.abort();
    await one.ended;
  });

  it("is not asked for before the gateway says, but within a minute", async () => {
    const { by } = answered(refused(503, { "retry-after": "20" }), refused(503, { "retry-after": "86400" }));
    const one = followed({}, by);
    await expect.poll(() => one.details.at(-1)?.retryInMs).toBe(20_000);
    await clock.advance(20_000);
    await expect.poll(() => one.details.at(-1)?.retryInMs).toBe(60_000);
    leaving.abort();
    await one.ended;
  });

  it.each([401, 403, 404, 422, 307])("is given up at %d", async (status) => {
    const { asked, by } = answered(refused(status));
    await expect(followed({}, by).ended).rejects.toMatchObject({ name: "RefusedError", status });
    expect(asked).toHaveLength(1);
  });

  it("is one of something else", async () => {
    const { by } = answered(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
    const one = followed({}, by);
    await expect.poll(() => one.details.at(-1)?.why).toBe(`what answers at ${bench.url} sends no events`);
    leaving.abort();
    await one.ended;
  });
});

describe("a stream that is silent", () => {
  it("for 45 s is taken for dead, and asked for anew", async () => {
    const silent = stream("id: a-1\n\n");
    const { asked, by } = answered(silent.answer);
    const one = followed({}, by);
    await expect.poll(() => one.ids).toEqual(["a-1"]);
    await clock.advance(40_000);
    silent.feed(":\n\n");
    await expect.poll(() => clock.nextDue()).toBe(85_000);
    await clock.advance(44_000);
    expect(one.states).toEqual(["connecting", "open"]);
    await clock.advance(1000);
    await expect.poll(() => one.details.at(-1)?.why).toBe("nothing has come for too long");
    // It was a good one: the next is asked for soon.
    expect(one.details.at(-1)?.retryInMs).toBeLessThanOrEqual(1000);
    await clock.advance(1000);
    await expect.poll(() => asked.map((headers) => headers.get("last-event-id"))).toEqual([null, "a-1"]);
    leaving.abort();
    await one.ended;
  });

  it("while it is asked for, too", async () => {
    const never = (signal: AbortSignal) =>
      new Promise<Response>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    const { by } = answered(never);
    const one = followed({}, by);
    await clock.advance(45_000);
    await expect.poll(() => one.states).toEqual(["connecting", "lost"]);
    leaving.abort();
    await one.ended;
  });

  it("is none whose consumer takes his time", async () => {
    const quiet = stream('event: log\ndata: {"number":1}\n\n');
    const { asked, by } = answered(quiet.answer);
    const events = follow(by, { signal: leaving.signal });
    expect((await events.next()).value).toEqual({ kind: "log", number: 1 });
    await clock.advance(600_000);
    quiet.feed('event: log\ndata: {"number":2}\n\n');
    expect((await events.next()).value).toEqual({ kind: "log", number: 2 });
    expect(asked).toHaveLength(1);
    await events.return(undefined);
  });
});

it("leaves out what is no event", async () => {
  const { answer } = stream("event: log\ndata: {\n\n", "event: log\ndata: 1\n\n", 'event: log\ndata: {"number":3}\n\n');
  const { by } = answered(answer);
  const events = follow(by);
  expect((await events.next()).value).toEqual({ kind: "log", number: 3 });
  await events.return(undefined);
});
