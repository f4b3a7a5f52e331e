import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Bench, connect } from "../../src/client/bench.ts";
import { CancelledError, InvocationError, type LogLine, UnreachableError } from "../../src/client/errors.ts";
import type { Progress } from "../../src/client/invocation.ts";
import type { Thing } from "../../src/client/thing.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type AskedBench, driven, lossy, openAskedBench } from "./bench.ts";

const unhandled = unhandledRejections();
let asked: AskedBench;
let counter: Thing;
let leaving: AbortController;
beforeAll(async () => {
  asked = await openAskedBench();
});
afterAll(() => asked.close());
beforeEach(() => {
  counter = asked.bench.thing("counter");
  leaving = new AbortController();
});
afterEach(() => {
  expect(getEventListeners(leaving.signal, "abort")).toEqual([]);
  expect(asked.time.nextDue()).toBeUndefined();
  expect(unhandled).toEqual([]);
});

const thrown = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);
const invocations = () => asked.gateway.invocations.list({});
const by = (options: Parameters<typeof connect>[1]): Bench => connect(asked.url, { clock: asked.time, ...options });

describe("an action that is invoked", () => {
  it("is a promise of its output", async () => {
    await counter.write("counter", 0);
    expect(await driven(asked, counter.invoke("increment", { by: 5 }))).toBe(5);
    expect(await driven(asked, counter.invoke("echo", { number: 1, text: "µ" }))).toEqual({ number: 1, text: "µ" });
    expect(await driven(asked, counter.invoke("noop"))).toBeNull();
    expect(await driven(asked, counter.invoke("zero"))).toBe(0);
  });

  it("has an id and a status", async () => {
    const invocation = counter.invoke("increment", { by: 1 });
    expect([invocation.id, invocation.status, invocation.progress]).toEqual([undefined, "requested", null]);
    const id = await invocation.accepted;
    expect(invocation.id).toBe(id);
    await driven(asked, invocation);
    expect(invocation.status).toBe("completed");
    expect(await asked.gateway.invocations.find(id)).toMatchObject({ status: "completed" });
  });

  it("tells how far it is, and its log, each once and in order", async () => {
    const [progress, lines]: [Progress[], LogLine[]] = [[], []];
    const output = counter.invoke(
      "slow_count",
      { n: 4, delay: 1 },
      { onProgress: (told) => progress.push(told), onLog: (line) => lines.push(line) },
    );
    await output.accepted;
    for (let n = 1; n <= 4; n++) {
      await asked.clock.advance(1000);
      await expect
        .poll(async () => {
          await asked.processClock.advance(50);
          await asked.time.advance(100);
          return lines.length;
        })
        .toBe(n);
    }
    await driven(asked, output);
    expect(progress.at(-1)).toMatchObject({ status: "completed", progress: 100, waitingFor: null });
    const told = progress.flatMap((one) => one.progress ?? []);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told).toEqual(expect.arrayContaining([25, 50, 75]));
    expect(lines.map(({ message }) => message)).toEqual([1, 2, 3, 4].map((n) => `counted ${n} of 4`));
    expect(lines[0]).toMatchObject({ level: "info", thing: "counter", at: expect.stringMatching(/Z$/) });
  });

  it("rejects when it fails, with the code, the reason and the log", async () => {
    const error = await thrown(driven(asked, counter.invoke("fail_handled")));
    expect(error).toBeInstanceOf(InvocationError);
    expect(error).toMatchObject({
      ...{ name: "InvocationError", message: "the sample is missing", code: "BENCHD_INVOCATION", outcome: null },
      ...{ thing: "counter", action: "fail_handled", log: [{ level: "error" }] },
    });
  });

  it("rejects when it may not even begin", async () => {
    const error = await thrown(counter.invoke("increment", { by: "many" }));
    expect(error).toMatchObject({ name: "RefusedError", status: 422 });
    expect(await thrown(counter.invoke("nothing"))).toMatchObject({ name: "RefusedError", status: 404 });
  });

  it("rejects with what a listener throws, and goes on at the gateway", async () => {
    const own = new Error("the page is broken");
    const invocation = counter.invoke(
      "increment",
      { by: 1 },
      {
        onProgress: () => {
          throw own;
        },
      },
    );
    expect(await thrown(driven(asked, invocation))).toBe(own);
    expect(await asked.gateway.invocations.find((await invocation.accepted) ?? "")).toMatchObject({
      status: "completed",
    });
  });

  it("can be found again by its id", async () => {
    const id = await counter.invoke("increment", { by: 1 }).accepted;
    expect(await driven(asked, asked.bench.invocation(id))).toEqual(expect.any(Number));
    const nobody = asked.bench.invocation("8e03978e-40d5-43e8-bc93-6894a57f9324");
    expect(await thrown(driven(asked, nobody))).toMatchObject({ status: 404 });
  });
});

describe("a cancel", () => {
  it("by the signal ends it at the gateway, and rejects once it has ended there", async () => {
    const invocation = counter.invoke("slow_count", { n: 5, delay: 60 }, { signal: leaving.signal });
    const id = await invocation.accepted;
    const why = new Error("the window was closed");
    leaving.abort(why);
    const error = await thrown(driven(asked, invocation));
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ id, reason: "client", cause: why, action: "slow_count" });
    expect(await asked.gateway.invocations.find(id)).toMatchObject({ status: "cancelled", reason: "client" });
  });

  it("by its method resolves when it has ended", async () => {
    const invocation = counter.invoke("slow_count", { n: 5, delay: 60 });
    await driven(asked, invocation.cancel());
    expect(invocation.status).toBe("cancelled");
    expect(await thrown(invocation)).toMatchObject({ name: "CancelledError", reason: "client" });
    await invocation.cancel();
  });

  it("that comes too late changes nothing", async () => {
    const invocation = counter.invoke("increment", { by: 1 }, { signal: leaving.signal });
    const output = await driven(asked, invocation);
    leaving.abort();
    await invocation.cancel();
    expect(await invocation).toBe(output);
  });

  it("before it was asked for has nothing begun", async () => {
    const before = (await invocations()).length;
    const why = new Error("too late");
    expect(await thrown(counter.invoke("noop", undefined, { signal: AbortSignal.abort(why) }))).toBe(why);
    expect(await invocations()).toHaveLength(before);
  });

  it("that the gateway refuses is told", async () => {
    const forbidden = lossy([]);
    const fetch: typeof globalThis.fetch = (input, init) =>
      init?.method === "DELETE"
        ? Promise.resolve(Response.json({ detail: "not yours" }, { status: 403 }))
        : forbidden.fetch(input, init);
    const invocation = by({ fetch })
      .thing("counter")
      .invoke("slow_count", { n: 1, delay: 60 }, { signal: leaving.signal });
    await invocation.accepted;
    await expect(invocation.cancel()).rejects.toMatchObject({ name: "RefusedError", status: 403 });
    leaving.abort();
    expect(await thrown(invocation)).toMatchObject({ name: "RefusedError", status: 403 });
    await driven(asked, asked.bench.invocation((await invocation.accepted) ?? ""));
    await asked.time.advance(60_000);
  });
});

describe("over a network that loses things", () => {
  const isPost = (method: string) => method === "POST";

  it("an action is asked for again under the same key, and done once", async () => {
    await counter.write("counter", 0);
    const { asked: sent, fetch } = lossy(["request lost", "answer lost", "answer lost"], isPost);
    expect(await driven(asked, by({ fetch }).thing("counter").invoke("increment", { by: 5 }))).toBe(5);
    expect(await counter.read("counter")).toBe(5);
    const keys = sent.filter(({ method }) => method === "POST").map(({ headers }) => headers.get("idempotency-key"));
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
  });

  it("whoever is told to wait, or is asked who he is, after an answer was lost, is not told that nothing was done", async () => {
    await counter.write("counter", 0);
    const { fetch } = lossy(["answer lost", 429, "answered by a proxy: 502", 401], isPost);
    expect(await driven(asked, by({ fetch }).thing("counter").invoke("increment", { by: 5 }))).toBe(5);
    expect(await counter.read("counter")).toBe(5);
    const ended = lossy(["answer lost", ...Array<401>(100).fill(401)], isPost);
    const error = await thrown(
      driven(asked, by({ fetch: ended.fetch }).thing("counter").invoke("increment", { by: 5 })),
    );
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ message: expect.stringMatching(/nobody knows whether that was done/) });
    const first = lossy([401], isPost);
    const refused = await thrown(driven(asked, by({ fetch: first.fetch }).thing("counter").invoke("noop")));
    expect(refused).toMatchObject({ name: "RefusedError", status: 401 });
  });

  it("what a device has not answered is told at once, as the gateway says it", async () => {
    const problem = { detail: "the device is silent", type: "urn:benchd:error:BENCHD_DEVICE_TIMEOUT" };
    let sent = 0;
    const fetch = async (_: unknown, init?: RequestInit) => {
      if (init?.method === "PUT") sent++;
      return Response.json(problem, { status: 504 });
    };
    const error = await thrown(driven(asked, by({ fetch }).thing("counter").write("counter", 1)));
    expect([error, sent]).toEqual([expect.objectContaining({ code: "BENCHD_DEVICE_TIMEOUT" }), 1]);
  });

  it("nothing is begun any more that was given up, but what was begun is found and ended", async () => {
    for (const [fate, id] of [
      ["request lost", null],
      ["answer lost", expect.any(String)],
    ] as const) {
      const before = (await invocations()).length;
      const { asked: sent, fetch } = lossy([fate], isPost);
      const invocation = by({ fetch })
        .thing("counter")
        .invoke("slow_count", { n: 5, delay: 60 }, { signal: leaving.signal });
      await expect
        .poll(() => asked.time.nextDue() !== undefined && sent.some(({ method }) => isPost(method)))
        .toBe(true);
      await expect.poll(() => (asked.time.nextDue() ?? 0) - asked.time.now()).toBeLessThan(1000);
      leaving.abort();
      expect(await thrown(driven(asked, invocation))).toMatchObject({ name: "CancelledError", reason: "client", id });
      expect(await invocations()).toHaveLength(before + (id === null ? 0 : 1));
      leaving = new AbortController();
    }
  });

  it("is told that nobody knows, when no answer comes for half a minute", async () => {
    const { asked: sent, fetch } = lossy(Array(100).fill("request lost"), isPost);
    const error = await thrown(driven(asked, by({ fetch }).thing("counter").invoke("noop")));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ message: expect.stringMatching(/nobody knows whether that was done/) });
    expect(sent.length).toBeGreaterThan(5);
  });

  it("nothing is asked for again of a gateway that was started anew, as it may have forgotten the first", async () => {
    await counter.write("counter", 0);
    let startedAt = "2026-01-01T00:00:00Z";
    const net = lossy(["answer lost"], isPost);
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (String(input).endsWith("/gateway/about")) return Response.json({ startedAt });
      return net.fetch(input, init).finally(() => {
        startedAt = "2026-01-02T00:00:00Z";
      });
    };
    const bench = by({ fetch });
    const error = await thrown(driven(asked, bench.thing("counter").invoke("increment", { by: 5 })));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({
      name: "UnreachableError",
      message: expect.stringMatching(/started anew: nobody knows/),
    });
    expect(await counter.read("counter")).toBe(5);
    expect(net.asked).toHaveLength(1);
    // From then on it is that one.
    const lost = lossy(["request lost"], isPost);
    net.fetch = lost.fetch;
    expect(await driven(asked, bench.thing("counter").invoke("increment", { by: 1 }))).toBe(6);
  });

  it("a cancel does not resolve where nobody knows whether anything was begun, or goes on", async () => {
    const none = lossy(Array(1000).fill("answer lost"), isPost);
    const begun = by({ fetch: none.fetch }).thing("counter").invoke("slow_count", { n: 1, delay: 60 });
    expect(await thrown(driven(asked, begun.cancel()))).toBeInstanceOf(UnreachableError);
    const deaf = lossy(Array(1000).fill("request lost"), (_, url) => url.includes("action_invocations"));
    const runs = by({ fetch: deaf.fetch, bridgeMs: 10_000 }).thing("counter").invoke("slow_count", { n: 1, delay: 60 });
    await runs.accepted;
    expect(await thrown(driven(asked, runs.cancel()))).toBeInstanceOf(UnreachableError);
    for (const { id } of await asked.bench
      .thing("counter")
      .describe()
      .then(() => invocations()))
      await driven(asked, asked.bench.invocation(id).cancel());
  });

  it("a gateway that is away is waited for, but not for ever", async () => {
    const isPoll = (_: string, url: string) => url.includes("action_invocations");
    const some = lossy(["request lost", "answer lost", "request lost"], isPoll);
    expect(await driven(asked, by({ fetch: some.fetch }).thing("counter").invoke("zero"))).toBe(0);
    const none = lossy(Array(1000).fill("request lost"), isPoll);
    const away = by({ fetch: none.fetch, bridgeMs: 60_000 }).thing("counter").invoke("slow_count", { n: 1, delay: 60 });
    const begun = asked.time.now();
    expect(await thrown(driven(asked, away))).toBeInstanceOf(UnreachableError);
    expect(asked.time.now() - begun).toBeGreaterThanOrEqual(60_000);
    expect(asked.time.now() - begun).toBeLessThan(70_000);
  });

  it("one that has ended meanwhile, and is listed no more, is looked up in the history", async () => {
    const line = (seq: number) => ({ seq, created: null, levelname: "INFO", thing: "pump", message: `line ${seq}` });
    const told = { id: "7", action: "/pump/dispense", progress: null, queuePosition: null, waitingFor: null };
    const rest = { reason: null, outcome: null, output: null, error: null };
    const fetch = async (input: string | URL | Request) => {
      const { pathname } = new URL(String(input));
      if (pathname === "/pump/dispense")
        return Response.json({ ...told, ...rest, status: "running", log: [line(0), line(1)] });
      if (pathname === "/action_invocations/7") return Response.json({ detail: "none" }, { status: 404 });
      expect(pathname).toBe("/gateway/history/7");
      const log = [line(0), line(1), line(2)];
      return Response.json({ ...told, ...rest, status: "error", outcome: "unknown", error: { detail: "killed" }, log });
    };
    const lines: string[] = [];
    const pump = by({ fetch: fetch as typeof globalThis.fetch }).thing("pump");
    const work = pump.invoke("dispense", { volume: 1 }, { onLog: ({ message }) => lines.push(message) });
    const error = await thrown(driven(asked, work));
    expect(error).toMatchObject({ name: "InvocationError", message: "killed", outcome: "unknown", id: "7" });
    expect(lines).toEqual(["line 0", "line 1", "line 2"]);
  });

  it("whatever is lost, each is done once, and each line of the log is told once", async () => {
    const fate = fc.constantFrom("arrives" as const, "request lost" as const, "answer lost" as const);
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 8 }), fc.boolean(), async (fates, watches) => {
        await counter.write("counter", 0);
        const lines: string[] = [];
        const thing = by({ fetch: lossy([...fates]).fetch }).thing("counter");
        const options = watches ? { onLog: ({ message }: LogLine) => lines.push(message) } : {};
        expect(await driven(asked, thing.invoke("slow_count", { n: 3, delay: 0.01 }, options))).toBe(3);
        expect(lines).toEqual(watches ? [1, 2, 3].map((n) => `counted ${n} of 3`) : []);
      }),
      { numRuns: 12 },
    );
  });
});
