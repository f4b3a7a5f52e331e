import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PropertyAffordance } from "../../src/thing/affordance.ts";
import type { Thing } from "../../src/thing/thing.ts";
import { type Listening, openListening } from "../attacks/listening.ts";
import { filled } from "./asking.ts";

const routes: RouteOptions[] = [];
let bench: Listening;
beforeAll(async () => {
  bench = await openListening({ onRoute: (route) => routes.push(route) });
});
afterAll(() => bench.close());

const readRoutes = () =>
  routes.flatMap(({ method, url }) =>
    [method].flat().flatMap((one) => (one === "GET" || one === "HEAD" ? [{ method: one, url } as const] : [])),
  );

async function ask(method: "GET" | "HEAD" | "POST", url: string, accept = "*/*") {
  const answer = await bench.clock.until(
    bench.app.inject({ method, url, headers: { accept }, payloadAsStream: method !== "POST" }),
  );
  // Some never end by themselves: their head is enough.
  if (method !== "POST") answer.stream().destroy();
  return answer;
}

/** What is not to be otherwise for having been looked at. */
async function picture() {
  const { gateway, clock } = bench;
  const { emergencyStop, interlocks, leases, things, audit } = gateway;
  const all = [...things.values()];
  const written = async (thing: Thing) => {
    const names = Object.entries<PropertyAffordance>(thing.definition.properties ?? {}).filter(
      ([, { readOnly }]) => !readOnly,
    );
    const values = await clock.until(Promise.allSettled(names.map(([name]) => thing.read(name))));
    return values.map((value, i) => [names[i]?.[0], value]);
  };
  const settings: unknown[] = [];
  for (const thing of all) settings.push([thing.name, await written(thing)]);
  return {
    settings,
    invocations: (await gateway.invocations.list({}, "history")).map(({ seq, status }) => [seq, status]),
    audit: audit.page({ limit: 1000 }),
    latch: emergencyStop.latch,
    trips: interlocks.all.map(({ name, trip }) => [name, trip]),
    leases: all.map(({ name }) => leases.of(name)),
    states: all.map(({ name, state, generation }) => [name, state, generation]),
  };
}

it("reading whatever there is, in every view, changes nothing", async () => {
  const ids: Record<string, string> = {};
  const made = (await ask("POST", "/counter/make_blob")).json();
  await ask("POST", "/counter/lease");
  await bench.gateway.experiments.procedures.store("waiting", "title: Waiting\nsteps: [wait: 1 s]", "boss");
  Object.assign(ids, {
    id: made.id,
    blob_id: made.output.href.split("/").at(-1),
    fault: "none",
    file: "main-test.js",
    prompt: crypto.randomUUID(),
    procedure: "waiting",
    run: crypto.randomUUID(),
    recording: crypto.randomUUID(),
  });
  const before = await picture();
  const from = bench.gateway.events.last;
  const urls = new Set<string>();
  for (const { method, url } of readRoutes()) {
    const things = url.includes(":thing") ? [...bench.gateway.things.values()] : [bench.gateway.thing("counter")];
    for (const thing of things) {
      const { properties = {}, streams = {}, events = {} } = thing.definition;
      const all = { property: properties, action: thing.actions, event: events };
      const offered = { ...all, affordance: { ...properties, ...thing.actions, ...streams } };
      const sort = Object.keys(offered).find((one) => url.includes(`:${one}`)) as keyof typeof offered | undefined;
      for (const name of sort ? Object.keys(offered[sort]) : [""])
        urls.add(`${method} ${filled(url, { ...ids, thing: thing.name, ...(sort && { [sort]: name }) })}`);
    }
  }
  expect(urls.size).toBeGreaterThan(500);
  const odd: unknown[] = [];
  for (const one of urls) {
    const [method, url = ""] = one.split(" ") as ["GET" | "HEAD", string];
    const { statusCode } = await ask(method, url, url.includes("/events") ? "text/event-stream" : "*/*");
    // A property that cannot be read, and what is there of other Things only.
    const fails = /^\/(counter\/broken|things\/counter\/properties(\/broken)?)$/.test(url);
    const absent =
      /\/(prompts|recordings|runs)\/.|\/viewer$|\/things\/(?!counter\/)\w+\/actions\/\w+\/|\/actions\/(?!make_blob)\w+\/|urn$/.test(
        url,
      );
    const special = url.endsWith("/ws") ? 426 : url.endsWith("/index.html") ? 302 : undefined;
    const expected = special ?? (fails ? 500 : 200);
    if (statusCode !== expected && !(absent && statusCode === 404)) odd.push([one, statusCode]);
  }
  expect(odd).toEqual([]);
  expect(await picture()).toEqual(before);
  const kinds = new Set(bench.gateway.events.after(from).events.map(({ event }) => event.kind));
  expect([...kinds].filter((kind) => kind !== "property")).toEqual([]);
});
