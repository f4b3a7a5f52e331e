import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench();
});
afterAll(() => bench.close());

type Method = "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS";
const send = (method: Method, url: string, payload?: string, type = "application/json") =>
  bench.app.inject({ method, url, ...(payload !== undefined && { payload, headers: { "content-type": type } }) });

describe("what is not there", () => {
  it.each([
    ["GET", "/nosuch/"],
    ["GET", "/nosuch/counter"],
    ["GET", "/counter/nosuch"],
    ["PUT", "/counter/nosuch"],
    ["POST", "/counter/nosuch"],
    ["POST", "/nosuch/noop"],
    ["POST", "/nosuch/noop/"],
    ["POST", "/counter/nosuch/reset"],
    ["GET", "/counter/constructor"],
    ["POST", "/counter/__proto__"],
    ["GET", "/__proto__/"],
    ["GET", "/nosuch"],
    ["DELETE", "/nosuch/noop"],
    ["PATCH", "/counter/nosuch"],
    ["DELETE", "/nosuch/quarantine"],
    ["GET", "/a/b/c/d"],
    ["GET", "/counter/%2e%2e%2f%2e%2e%2fetc%2fpasswd"],
  ] as const)("is answered by 404: %s %s", async (method, url) => {
    const answer = await send(method, url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ detail: "Not Found" });
  });

  it("is told for invocations by their id", async () => {
    const id = "00000000-0000-0000-0000-000000000001";
    for (const [method, url] of [
      ["GET", ""],
      ["GET", "/output"],
      ["DELETE", ""],
    ] as const) {
      const answer = await send(method, `/action_invocations/${id}${url}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json().detail).toContain(id);
    }
  });

  it("is answered by 400 when the path is no path, and by 414 when it is too long", async () => {
    expect((await send("GET", "/counter/%zz")).statusCode).toBe(400);
    expect((await send("GET", `/counter/${"x".repeat(500)}`)).statusCode).toBe(414);
  });
});

describe("methods that do not fit", () => {
  it.each([
    ["POST", "/counter/counter", "GET, HEAD, PUT"],
    ["PUT", "/counter/fixed", "GET, HEAD"],
    ["PUT", "/counter/noop", "GET, HEAD, POST"],
    ["DELETE", "/counter/noop", "GET, HEAD, POST"],
    ["PATCH", "/counter/counter", "GET, HEAD, PUT"],
    ["OPTIONS", "/counter/noop", "GET, HEAD, POST"],
    ["POST", "/things/", "GET, HEAD"],
    ["GET", "/counter/counter/reset", "POST"],
    ["PUT", "/emergency_stop", "GET, HEAD, POST, DELETE"],
  ] as const)("are answered by 405 and those that do: %s %s", async (method, url, allow) => {
    const answer = await send(method, url);
    expect(answer.statusCode).toBe(405);
    expect(new Set(String(answer.headers.allow).split(", "))).toEqual(new Set(allow.split(", ")));
    expect(answer.json()).toEqual({ detail: "Method Not Allowed" });
  });
});

describe("slashes", () => {
  it.each([
    ["GET", "/counter", "/counter/"],
    ["GET", "/things?a=1", "/things/?a=1"],
    ["POST", "/counter/noop/", "/counter/noop"],
    ["GET", "/action_invocations/?limit=1", "/action_invocations?limit=1"],
  ] as const)("are put right by 307: %s %s", async (method, url, location) => {
    const answer = await send(method, url);
    expect(answer.statusCode).toBe(307);
    expect(answer.headers.location).toBe(`http://localhost:80${location}`);
  });
});

describe("a body that does not fit", () => {
  it.each([
    ["PUT", "/counter/counter", '"six"', ["body"]],
    ["PUT", "/counter/counter", "-1", ["body"]],
    ["PUT", "/counter/counter", undefined, ["body"]],
    ["POST", "/counter/echo", '{"number":1}', ["body", "text"]],
    ["POST", "/counter/echo", '{"number":1,"text":"a","more":1}', ["body", "more"]],
    ["POST", "/counter/echo", '{"number":1.5,"text":"a"}', ["body", "number"]],
    ["POST", "/counter/echo", "[]", ["body"]],
    ["POST", "/counter/echo", undefined, ["body"]],
    ["POST", "/counter/noop", '{"x":1}', ["body", "x"]],
  ] as const)("is answered by 422 and the field: %s %s %s", async (method, url, payload, loc) => {
    const answer = await send(method, url, payload);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail[0].loc).toEqual(loc);
  });

  it.each(["{bad", '{"number": 3,', "NaN", "undefined", "'a'", "\u0000", "[1,2", "tru"])(
    "is answered by 422 when it is no JSON: %j",
    async (payload) => {
      for (const url of ["/counter/echo", "/counter/noop"]) {
        const answer = await send("POST", url, payload);
        expect(answer.statusCode).toBe(422);
        expect(answer.json().detail[0]).toMatchObject({ type: "json_invalid", msg: "JSON decode error" });
      }
    },
  );

  it("is no body when it is empty", async () => {
    expect((await send("POST", "/counter/noop", "")).statusCode).toBe(201);
  });

  it("is answered by 422 in a query, too", async () => {
    for (const query of ["limit=0", "limit=many", "limit=99999", "since=yesterday", "status=done", "cursor=-1"]) {
      const answer = await send("GET", `/action_invocations?${query}`);
      expect([query, answer.statusCode]).toEqual([query, 422]);
      expect(answer.json().detail[0].loc).toEqual(["query", query.split("=")[0]]);
    }
  });
});

describe("a key that no query has", () => {
  it.each(["/action_invocations?satus=running", "/counter/noop?satus=running", "/action_invocations?status=running&x"])(
    "is refused by its name, rather than left out of the question: %s",
    async (url) => {
      const answer = await send("GET", url);
      expect(answer.statusCode).toBe(422);
      expect(answer.json().detail).toEqual([
        expect.objectContaining({ type: "extra_forbidden", loc: ["query", url.includes("satus") ? "satus" : "x"] }),
      ]);
    },
  );
});

describe("what goes wrong inside", () => {
  it("is told in the driver's words when a property cannot be read, and its stack is in the log only", async () => {
    const answer = await send("GET", "/counter/broken");
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      detail: "cannot read the hardware",
      type: "about:blank",
      status: 500,
      title: "Error",
      instance: null,
    });
    expect(answer.body).not.toContain("counter.ts");
    expect(bench.logged().join("\n")).toContain("counter.ts");
  });

  it("ends an invocation whose output does not fit in error", async () => {
    const answer = await send("POST", "/counter/bad_output");
    expect(answer.json()).toMatchObject({ status: "error", error: { title: "OutputError", status: 500 } });
  });
});

describe("a lane that is full", () => {
  it("is answered by 503 and when to try again", async () => {
    const count = '{"n":1000,"delay":1}';
    const headers = { "content-type": "application/json", prefer: "respond-async" };
    let answer = await send("POST", "/helper/slow_count", count);
    for (let i = 0; i < 200 && answer.statusCode === 201; i++) {
      answer = await bench.app.inject({ method: "POST", url: "/helper/slow_count", payload: count, headers });
    }
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.json()).toMatchObject({ title: "LaneFullError", type: "urn:benchd:error:BENCHD_LANE_FULL" });
  });

  it("lets a write wait for a second of bench time, then tells who holds it", async () => {
    const headers = { "content-type": "application/json", prefer: "respond-async" };
    const payload = '{"n":1000,"delay":1}';
    await bench.app.inject({ method: "POST", url: "/counter/slow_count", payload, headers });
    const answer = await bench.clock.until(Promise.resolve(send("PUT", "/counter/counter", "1")));
    expect(answer.statusCode).toBe(409);
    expect(answer.json().detail).toContain("slow_count");
  });
});
