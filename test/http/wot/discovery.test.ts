import { beforeEach, describe, expect, it } from "vitest";
import { type MixerBench, openMixer } from "./mixer.ts";

let bench: MixerBench;
beforeEach(async () => {
  bench = await openMixer();
});
const get = (url: string) => bench.app.inject({ url });

it("the well-known address tells of the directory, as it does itself", async () => {
  const answer = await get("/.well-known/wot");
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/td+json"]);
  expect(answer.json()).toMatchObject({
    "@type": "ThingDirectory",
    title: expect.any(String),
    security: "no_security",
  });
  expect((await get("/gateway/directory")).json()).toEqual(answer.json());
  expect((await bench.app.inject({ method: "HEAD", url: "/.well-known/wot" })).statusCode).toBe(200);
});

it("is where it is whatever prefix the Things have, whose descriptions tell it", async () => {
  bench = await openMixer({ prefix: "/api/v1" });
  expect((await get("/.well-known/wot")).statusCode).toBe(200);
  const [first] = (await get("/gateway/directory/things")).json();
  expect(first.forms[0].href).toMatch(/^\/api\/v1\/things\//);
});

describe("the list of descriptions", () => {
  it("has each as its own address tells it, in the order of their ids", async () => {
    const answer = await get("/gateway/directory/things");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/ld+json"]);
    const things = answer.json() as { id: string }[];
    const own = await Promise.all(
      ["counter", "helper", "mixer"].map(async (name) => (await get(`/things/${name}`)).json()),
    );
    expect(things).toEqual(own.sort((a, b) => (a.id < b.id ? -1 : 1)));
  });

  it("comes in pages when somebody asks for them, each with a link to the next, and one state of the whole", async () => {
    const all = (await get("/gateway/directory/things")).json();
    const pages: object[] = [];
    const states = new Set<string | undefined>();
    let url: string | undefined = "/gateway/directory/things?limit=2";
    while (url !== undefined) {
      const answer = await get(url);
      pages.push(answer.json());
      states.add(/; rel="canonical"; etag="(.+)"/.exec(String(answer.headers.link))?.[1]);
      url = /^<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
    }
    expect(pages).toEqual([all.slice(0, 2), all.slice(2)]);
    expect([...states]).toEqual([expect.stringMatching(/^\S+$/)]);
  });

  it("may be a collection, which counts them", async () => {
    const first = (await get("/gateway/directory/things?limit=2&format=collection")).json();
    expect(first).toMatchObject({ "@type": "ThingCollection", total: 3, members: [{}, {}], next: expect.any(String) });
    const last = (await get(first.next)).json();
    expect([last.members.length, last.total, "next" in last]).toEqual([1, 3, false]);
  });
});

it("finds a description by its id", async () => {
  const { id } = (await get("/things/mixer")).json();
  const answer = await get(`/gateway/directory/things/${id}`);
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/td+json"]);
  expect(answer.json().title).toBe("Mixer");
});
