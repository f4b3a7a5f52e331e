import { afterEach, beforeEach, expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
let clientClock: DiscreteClock;
beforeEach(async () => {
  clientClock = new DiscreteClock();
  bench = await openCounterBench({ prefix: "/api/v1", clientClock });
});
afterEach(() => bench.close());

const get = (path: string) => bench.app.inject(`/api/v1${path}`);
const terminate = (path: string, body?: object) =>
  bench.app.inject({ method: "DELETE", url: `/api/v1${path}`, ...(body && { payload: body }) });
const invoke = (action: string, input: object = {}) =>
  bench.gateway.thing("counter").invoke(action, input, { requestedBy: "test" });

async function done(action: string, input: object = {}) {
  const invocation = invoke(action, input);
  await bench.clock.until(invocation.ended);
  return invocation;
}

test("an invocation is told in python-labthings' words, with its progress as an integer", async () => {
  const { id } = invoke("slow_count", { n: 3, delay: 1 });
  await bench.clock.advance(1000);
  const { statusCode, headers, body } = await get(`/actions/${id}`);
  expect([statusCode, headers["content-type"]]).toEqual([200, "application/json"]);
  const href = `http://localhost:80/api/v1/actions/${id}`;
  expect(JSON.parse(body)).toEqual({
    ...{ id, action: "slow_count", thing: "counter", status: "running", progress: 33, href, data: {} },
    ...{ timeRequested: expect.stringMatching(/Z$/), timeCompleted: null },
    ...{ input: { n: 3, delay: 1 }, output: null },
    links: {
      self: {
        ...{ href, mimetype: "application/json", methods: ["GET", "DELETE"] },
        description: "Manage a particular action.",
      },
    },
    log: [
      {
        ...{
          message: "counted 1 of 3",
          levelname: "INFO",
          levelno: 20,
          lineno: 0,
          filename: "counter",
          name: "counter",
        },
        created: expect.stringMatching(/Z$/),
      },
    ],
  });
});

test("what has completed has its output, a falsy one too, and what has failed its reason in its place", async () => {
  const outputs = [await done("zero"), await done("noop"), await done("fail", { message: "kaput" })].map(
    async ({ id }) => (await get(`/actions/${id}`)).json(),
  );
  expect(await Promise.all(outputs)).toMatchObject([
    { status: "completed", output: 0 },
    { status: "completed", output: null },
    { status: "error", output: "kaput" },
  ]);
});

test("the list holds them in the order of requests, without what may be large, in pages and narrowed", async () => {
  const [first, second, third] = [await done("zero"), await done("noop"), await done("zero")];
  const ids = async (query: string) => (await get(`/actions${query}`)).json().map(({ id }: { id: string }) => id);
  expect(await ids("")).toEqual([first.id, second.id, third.id]);
  expect(await ids("?thing=counter&action=zero")).toEqual([first.id, third.id]);
  expect(await ids("?status=running")).toEqual([]);
  const page = await get("/actions?limit=1");
  expect(page.json()).toMatchObject([{ id: third.id }]);
  expect(Object.keys(page.json()[0])).not.toEqual(expect.arrayContaining(["log"]));
  const older = /^<http:\/\/localhost\/api\/v1(.*)>; rel="next"$/.exec(String(page.headers["link"]))?.[1] ?? "";
  expect((await get(older)).json()).toMatchObject([{ id: second.id }]);
});

test("DELETE ends what runs or waits, and is answered once that has ended", async () => {
  const [runs, waits] = [invoke("slow_count", { n: 100, delay: 1 }), invoke("noop")];
  expect((await terminate(`/actions/${waits.id}`)).json()).toMatchObject({ id: waits.id, status: "cancelled" });
  expect((await terminate(`/actions/${runs.id}`)).json()).toMatchObject({ status: "cancelled", output: null });
  expect([runs.reason, waits.reason]).toEqual(["client", "client"]);
});

test.each([
  ["5 s unless told", "", undefined, 5000],
  ["as long as the query says", "?timeout=2", { timeout: 30 }, 2000],
  ["as long as the body says", "", { timeout: 3 }, 3000],
  ["not at all", "?timeout=0", undefined, 0],
] as const)("DELETE waits %s, and takes no time to clean up from the driver", async (_, query, body, waitedMs) => {
  const { id } = invoke("uncancellable", { seconds: 100 });
  const answer = await clientClock.until(Promise.resolve(terminate(`/actions/${id}${query}`, body)));
  expect([clientClock.now(), answer.json().status]).toEqual([waitedMs, "running"]);
  await bench.clock.advance(4999);
  expect((await get(`/actions/${id}`)).json().status).toBe("running");
});

test("DELETE by many at once ends what waits once, and tells each of them so", async () => {
  const [runs, waits] = [invoke("slow_count", { n: 100, delay: 1 }), invoke("noop")];
  const answers = await Promise.all(Array.from({ length: 10 }, () => terminate(`/actions/${waits.id}`)));
  expect(answers.map((answer) => [answer.statusCode, answer.json().status])).toEqual(
    answers.map(() => [200, "cancelled"]),
  );
  await terminate(`/actions/${runs.id}`);
});

test("DELETE leaves what has ended as it ended, and tells it", async () => {
  const { id } = await done("zero");
  const [told, after] = [await terminate(`/actions/${id}`), await get(`/actions/${id}`)];
  expect([told.statusCode, told.json()]).toEqual([200, after.json()]);
  expect(after.json()).toMatchObject({ status: "completed", output: 0 });
});

test.each([
  ["GET", "/actions/banana", undefined, 404, "NotFound"],
  ["DELETE", "/actions/00000000-0000-0000-0000-000000000001", undefined, 404, "NotFound"],
  ["DELETE", "/actions/banana?timeout=soon", undefined, 422, "UnprocessableEntity"],
  ["DELETE", "/actions/banana?timeout=-1", undefined, 422, "UnprocessableEntity"],
  ["DELETE", "/actions/banana", { timeout: "soon" }, 422, "UnprocessableEntity"],
  ["DELETE", "/actions/banana", { timeuot: 1 }, 422, "UnprocessableEntity"],
  ["DELETE", "/actions/banana", [], 422, "UnprocessableEntity"],
  ["GET", "/actions?limit=0", undefined, 422, "UnprocessableEntity"],
] as const)("%s %s with %j is refused in its words: %d", async (method, path, payload, code, name) => {
  const answer = await bench.app.inject({ method, url: `/api/v1${path}`, ...(payload && { payload }) });
  expect([answer.statusCode, answer.json()]).toEqual([code, { code, name, message: expect.any(String) }]);
});

test("a body that is no JSON, or no application/json, is refused and ends nothing", async () => {
  const run = invoke("slow_count", { n: 100, delay: 1 });
  const send = (type: string, payload: string) =>
    bench.app.inject({
      method: "DELETE",
      url: `/api/v1/actions/${run.id}`,
      headers: { "content-type": type },
      payload,
    });
  expect((await send("application/json", "{bad")).json()).toMatchObject({ code: 422 });
  expect((await send("text/plain", "{}")).json()).toMatchObject({ code: 415, name: "UnsupportedMediaType" });
  expect(run.status).toBe("running");
});

test.each([
  ["POST", "/actions", "GET, HEAD"],
  ["PUT", "/actions/00000000-0000-0000-0000-000000000001", "GET, HEAD, DELETE"],
  ["POST", "/actions/noop", "GET, HEAD, DELETE"],
] as const)("%s %s is answered by 405, and what would do", async (method, path, allow) => {
  const { statusCode, headers } = await bench.app.inject({ method, url: `/api/v1${path}`, payload: {} });
  expect([statusCode, headers["allow"]]).toEqual([405, allow]);
});
