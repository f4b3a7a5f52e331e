import { afterAll, beforeAll, expect, it } from "vitest";
import { Descriptions } from "../../src/http/descriptions.ts";
import type { Thing } from "../../src/thing/thing.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { openGuarded } from "./guarded-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench();
});
afterAll(() => bench.close());

const urls = [
  ...["/things/", "/thing_descriptions/", "/counter/", "/things/counter", "/.well-known/wot", "/gateway/directory"],
  ...["/gateway/directory/things", "/gateway/directory/things?format=collection&limit=1"],
];

it.each(urls)("%s is sent again only when it has changed, and as long for HEAD", async (url) => {
  const { headers, body } = await bench.app.inject({ url });
  expect(headers).toMatchObject({ "cache-control": "no-cache", vary: "authorization" });
  const etag = String(headers["etag"]);
  expect(etag).toMatch(/^"[\w-]{27}"$/);
  for (const known of [etag, `W/${etag}`, `"older", ${etag}`, "*"]) {
    const again = await bench.app.inject({ url, headers: { "if-none-match": known } });
    expect([known, again.statusCode, again.body, again.headers["etag"]]).toEqual([known, 304, "", etag]);
  }
  const other = await bench.app.inject({ url, headers: { "if-none-match": '"older"' } });
  expect([other.statusCode, other.body]).toEqual([200, body]);
  const head = await bench.app.inject({ method: "HEAD", url });
  expect([head.body, head.headers["etag"], head.headers["content-length"]]).toEqual([
    "",
    etag,
    String(Buffer.byteLength(body)),
  ]);
});

it("a description is another where a client finds the gateway by another name, and holds what it tells of", async () => {
  const at = async (host: string) => bench.app.inject({ url: "/counter/", headers: { host } });
  const [one, other] = [await at("localhost:5000"), await at("127.0.0.1:5000")];
  expect(one.headers["etag"]).not.toBe(other.headers["etag"]);
  expect([one.json().base, other.json().base]).toEqual(["http://localhost:5000/", "http://127.0.0.1:5000/"]);
  const { body } = await bench.app.inject({ url: "/thing_descriptions/", headers: { host: "localhost:5000" } });
  expect(JSON.parse(body).counter).toEqual(one.json());
});

it("a description is made once for each origin, of which a bounded number is kept, and again when stop has come", () => {
  const { gateway } = bench;
  const descriptions = new Descriptions({ gateway, prefix: "", auth: "none" });
  const thing = gateway.thing("counter");
  const first = descriptions.of(thing, "http://a");
  expect(descriptions.of(thing, "http://a")).toBe(first);
  const stop = { title: "Stop", description: "Ends what it does.", urgent: true };
  const stops: Thing = Object.create(thing, { actions: { get: () => ({ ...thing.actions, ...now }) } });
  let now = {};
  const without = descriptions.of(stops, "http://a");
  now = { stop };
  const withStop = descriptions.of(stops, "http://a");
  expect([without.text.includes('"stop":'), withStop.text.includes('"stop":')]).toEqual([false, true]);
  expect(withStop.etag).not.toBe(without.etag);
  for (let n = 0; n < 8; n++) descriptions.of(thing, `http://${n}`);
  expect(descriptions.of(thing, "http://a")).not.toBe(first);
  expect(descriptions.of(thing, "http://a")).toEqual(first);
});

it("whoever may not read a Thing does not learn by a tag that there is one, or that it has changed", async () => {
  const guarded = await openGuarded({
    yaml: "things:\n  counter: { driver: counter }\n  hidden: { driver: counter }\n",
  });
  const { ask, bearer, admin, reader } = guarded;
  const tagAt = async (path: string, token: string, more = {}) => {
    const answer = await ask(path, { headers: { ...bearer(token), ...more } });
    await answer.arrayBuffer();
    return [answer.status, answer.headers.get("etag")] as const;
  };
  try {
    for (const path of ["/things/", "/thing_descriptions/", "/gateway/directory/things"]) {
      const [, all] = await tagAt(path, admin);
      const [, some] = await tagAt(path, reader);
      expect(some).not.toBe(all);
      // Another's tag is none of his.
      expect(await tagAt(path, reader, { "if-none-match": String(all) })).toEqual([200, some]);
    }
    const [, etag] = await tagAt("/hidden/", admin);
    expect(await tagAt("/hidden/", reader, { "if-none-match": String(etag) })).toEqual([404, null]);
    expect(await tagAt("/hidden/", reader, { "if-none-match": "*" })).toEqual([404, null]);
  } finally {
    await guarded.close();
  }
});
