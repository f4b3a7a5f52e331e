import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Connection } from "../../src/client/connection.ts";
import { BenchError, RefusedError, UnreachableError } from "../../src/client/errors.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type AskedBench, openAskedBench } from "./bench.ts";

const unhandled = unhandledRejections();
let bench: AskedBench;
beforeAll(async () => {
  bench = await openAskedBench();
});
afterAll(() => bench.close());
afterEach(() => {
  expect(unhandled).toEqual([]);
});

const thrown = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);

/** A `fetch` that answers by itself, and what it was asked. */
function answering(response: () => Response) {
  const asked: { input: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    asked.push({ input: String(input), init });
    return response();
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

describe("a connection", () => {
  it("gets what is at a path, with a query", async () => {
    expect(await bench.connection.get("/counter/gain")).toBe(1);
    const list = await bench.connection.get("/action_invocations", {
      query: { thing: "counter", limit: 2, action: undefined },
    });
    expect(list).toEqual([]);
  });

  it("sends JSON, and tells status, headers and body of the answer", async () => {
    const answer = await bench.connection.request("PUT", "/counter/gain", { body: 3 });
    expect(answer).toMatchObject({ status: 201, body: null });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await bench.connection.get("/counter/gain")).toBe(3);
  });

  it("takes 304 for an answer", async () => {
    const first = await bench.connection.request("GET", "/openapi.json");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const again = await bench.connection.request("GET", "/openapi.json", { headers });
    expect([again.status, again.body]).toEqual([304, undefined]);
  });

  it("asks anew each time, without cookies, with the token that counts by then, and follows nobody", async () => {
    const { asked, fetch } = answering(() => Response.json(1));
    let token: string | undefined = "benchd_a";
    const connection = new Connection({ url: "http://bench.local/lab/", token: () => token, fetch });
    await connection.get("/counter/gain");
    token = undefined;
    await connection.get("/counter/gain", { query: { thing: ["a b", "c"] } });
    expect(asked.map(({ input }) => input)).toEqual([
      "http://bench.local/lab/counter/gain",
      "http://bench.local/lab/counter/gain?thing=a+b&thing=c",
    ]);
    expect(asked[0]?.init).toMatchObject({ credentials: "omit", cache: "no-store", redirect: "manual" });
    expect(asked.map(({ init }) => new Headers(init?.headers).get("authorization"))).toEqual(["Bearer benchd_a", null]);
  });

  it.each(["ftp://bench.local", "bench.local", "http://ada:secret@bench.local"])(
    "takes no address such as %s",
    (url) => {
      expect(() => new Connection({ url })).toThrow(BenchError);
    },
  );

  it("sends nothing that is no token", async () => {
    const { asked, fetch } = answering(() => Response.json(1));
    const connection = new Connection({ url: bench.url, token: "two\nlines", fetch });
    expect(await thrown(connection.get("/things/"))).toMatchObject({ name: "BenchError", message: /no token/ });
    expect(asked).toEqual([]);
  });
});

describe("what is refused", () => {
  it("is told in words, where it is the input also where", async () => {
    const error = await thrown(bench.connection.request("PUT", "/counter/gain", { body: "6" }));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ status: 422, code: null, detail: expect.stringMatching(/^Input should be a valid/) });
    const field = await thrown(bench.connection.request("POST", "/counter/increment", { body: { by: "x", to: 1 } }));
    expect(field).toMatchObject({ detail: expect.stringMatching(/^by: Input .*; to: Extra|^to: Extra.*; by: Input/) });
  });

  it("has the code of the gateway's list of errors, and when to try again", async () => {
    await bench.gateway.leases.take("helper", "ada", { seconds: 60, note: "mine", onLoss: "finish" });
    const error = await thrown(bench.connection.request("PUT", "/helper/gain", { body: 2 }));
    expect(error).toMatchObject({
      name: "RefusedError",
      status: 409,
      code: "BENCHD_LEASE_HELD",
      problem: { status: 409 },
    });
    const { fetch } = answering(() => new Response("no", { status: 503, headers: { "retry-after": "7" } }));
    const busy = await thrown(new Connection({ url: bench.url, fetch }).get("/things/"));
    expect(busy).toMatchObject({ status: 503, detail: "the gateway has answered with status 503", retryAfterMs: 7000 });
  });

  it("is a redirect, wherever it leads", async () => {
    expect(await thrown(bench.connection.get("/counter"))).toMatchObject({ name: "RefusedError", status: 307 });
  });
});

describe("what cannot be reached", () => {
  it("is told as such, with the cause", async () => {
    const { connection, url, close } = await openAskedBench();
    await close();
    const error = await thrown(connection.get("/things/"));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ message: `no gateway answers at ${url}`, cause: expect.any(Error) });
  });

  it("is an answer that breaks off, and JSON that is none", async () => {
    const half = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    for (const body of [half, "{"]) {
      const { fetch } = answering(() => new Response(body, { headers: { "content-type": "application/json" } }));
      expect(await thrown(new Connection({ url: bench.url, fetch }).get("/"))).toBeInstanceOf(UnreachableError);
    }
  });

  it("is nothing that the caller has given up: that throws what he gave it up for", async () => {
    const why = { why: "enough" };
    expect(await thrown(bench.connection.get("/things/", { signal: AbortSignal.abort(why) }))).toBe(why);
    const waiting = new AbortController();
    const post = { body: {}, headers: { prefer: "wait=60" }, signal: waiting.signal };
    const asked = thrown(bench.connection.request("POST", "/counter/slow_count", post));
    await expect.poll(async () => (await bench.gateway.invocations.list({})).length).toBe(1);
    waiting.abort(why);
    expect(await asked).toBe(why);
  });
});
