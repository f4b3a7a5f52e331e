import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  bench = await openListening({
    yaml: "things:\n  counter: { driver: counter }\n",
    onRoute: (route) => void routes.push(route),
  });
});
afterAll(() => bench.close());

const counter = () => bench.gateway.thing("counter").read("counter");
let before: unknown;
beforeEach(async () => {
  before = await counter();
});

/** As a browser sends it, which Node's fetch would not let us. */
async function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = "") {
  const all = { host: bench.url.host, connection: "close", "content-length": String(body.length), ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const answer = await bench.send([`${method} ${path} HTTP/1.1`, ...head, "", body].join("\r\n"));
  return { status: Number(answer.split(" ")[1]), answer };
}
const increment = (headers: Readonly<Record<string, string>>, body = '{"by":1}') =>
  send("POST", "/counter/increment", headers, body);
const json = { "content-type": "application/json" };

describe("A04: forms and fetches of another site's page", () => {
  it.each<[Record<string, string>]>([
    [{ origin: "http://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://127.0.0.1:1" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }],
  ])("are refused by where they come from, whatever they send: %j", async (headers) => {
    for (const type of [json, { "content-type": "text/plain" }, {}]) {
      const { status, answer } = await increment({ ...headers, ...type });
      expect([status, answer]).toEqual([403, expect.stringContaining("access.origins")]);
    }
    expect(await counter()).toBe(before);
  });

  it("are refused on every route that changes anything", async () => {
    const changing = routes.flatMap(({ method, url }) =>
      [method]
        .flat()
        .filter((one) => one !== "GET" && one !== "HEAD")
        .map((one) => [one, url] as const),
    );
    expect(changing.length).toBeGreaterThan(20);
    for (const [method, url] of changing) {
      const path = url
        .replace(":thing", "counter")
        .replaceAll(/:(affordance|action)/g, "increment")
        .replaceAll(/:\w+/g, "x");
      for (const headers of [{ origin: "http://evil.example" }, { "sec-fetch-site": "cross-site" }])
        expect([method, path, (await send(method, path, headers)).status]).toEqual([method, path, 403]);
    }
    expect(await counter()).toBe(before);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });

  it.each([
    ["text/plain", '{"by":1}'],
    ["text/plain", '{"by":1,"a":"=b"}'],
    ["text/plain; application/json", '{"by":1}'],
    ["application/x-www-form-urlencoded", "by=1"],
    ["application/x-www-form-urlencoded", '{"by":1,"a":"=b"}'],
    ["multipart/form-data; boundary=a", '--a\r\ncontent-disposition: form-data; name="by"\r\n\r\n1\r\n--a--'],
    ["application/octet-stream", '{"by":1}'],
    ["", '{"by":1}'],
    [undefined, '{"by":1}'],
  ])(
    "are refused by what a form can send without asking, also of a browser that tells nothing: %s",
    async (type, body) => {
      expect((await increment(type === undefined ? {} : { "content-type": type }, body)).status).toBe(415);
      expect(await counter()).toBe(before);
    },
  );

  it("change nothing by reading, and no header or query makes it anything else", async () => {
    const methods = ["x-http-method-override", "x-http-method", "x-method-override"];
    const headers = Object.fromEntries(methods.map((name) => [name, "POST"]));
    for (const method of ["GET", "HEAD"]) {
      for (const path of ["/counter/increment", "/counter/increment?_method=POST", "/emergency_stop?_method=POST"])
        await send(method, path, headers);
    }
    expect(await counter()).toBe(before);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });

  it("are let in from our own page and from programs", async () => {
    const origin = bench.url.origin;
    expect((await increment({ ...json, origin, "sec-fetch-site": "same-origin" })).status).toBe(201);
    expect((await increment(json)).status).toBe(201);
    expect(await counter()).toBe(Number(before) + 2);
  });
});
