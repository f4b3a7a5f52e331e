import type { Servient } from "@node-wot/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { names, openWotBench, type WotBench } from "../bench.ts";
import type { Td } from "../td.ts";
import { loadNodeWot } from "./load-node-wot.ts";

type WoT = Awaited<ReturnType<Servient["start"]>>;
type Consumed = Awaited<ReturnType<WoT["consume"]>>;
type Output = Awaited<ReturnType<Consumed["readProperty"]>>;

let bench: WotBench;
let servient: Servient;
let wot: WoT;

beforeAll(async () => {
  bench = await openWotBench();
  const { Servient, HttpClientFactory } = await loadNodeWot();
  servient = new Servient();
  servient.addClientFactory(new HttpClientFactory());
  wot = await servient.start();
});
afterAll(async () => {
  await servient.shutdown();
  await bench.close();
});

/** What a consumer does with the URL of a Thing. */
async function consume(name: string) {
  const description = await wot.requestThingDescription(`${bench.origin}/things/${name}`);
  return { thing: await wot.consume(description), td: description as unknown as Td };
}

/** Time on the bench passes until the consumer has what it asked for. */
const done = <T>(work: Promise<T>) => bench.clock.until(work);
const reading = async (output: Promise<Output>) => (await done(output)).value();

test("node-wot finds every Thing in the directory", async () => {
  const found: unknown[] = [];
  for await (const description of await wot.exploreDirectory(`${bench.origin}/.well-known/wot`))
    found.push((description as { readonly id?: string }).id);
  const ids = await Promise.all(names.map(async (name) => (await consume(name)).td["id"]));
  expect(found.sort()).toEqual(ids.sort());
});

describe.each(names)("node-wot with %s", (name) => {
  let thing: Consumed;
  let td: Td;
  beforeAll(async () => {
    ({ thing, td } = await consume(name));
  });

  const properties = () => Object.entries(td.properties ?? {}).filter(([property]) => property !== "broken");

  test("reads each property, a value that it finds to fit the schema", async () => {
    for (const [property] of properties())
      await expect(reading(thing.readProperty(property))).resolves.not.toBeUndefined();
    // A property that cannot be read fails all of them, as it does one by one.
    const all = done(thing.readAllProperties());
    if (name === "counter") await expect(all).rejects.toThrow("Internal Server Error");
    else expect([...(await all).keys()]).toEqual(properties().map(([property]) => property));
  });

  test("writes each property that can be written, and reads the same", async () => {
    for (const [property, { readOnly }] of properties()) {
      if (readOnly) continue;
      const value = await reading(thing.readProperty(property));
      await done(thing.writeProperty(property, value));
      expect(await reading(thing.readProperty(property))).toEqual(value);
    }
  });

  test("is answered at once when it invokes an action that takes long", async () => {
    if (!td.actions?.["stop"]) return;
    const output = await done(thing.invokeAction("stop"));
    const status = JSON.parse(new TextDecoder().decode(await output?.arrayBuffer()));
    expect(status).toMatchObject({ href: expect.stringContaining(`/things/${name}/actions/stop/`) });
  });
});

describe("node-wot and what happens", () => {
  const open = { method: "PUT", headers: { "content-type": "application/json" }, body: "{}" } as const;
  const ignored = () => {};

  test.each(names)(
    "it observes each observable property of %s and subscribes to each event, and ends that",
    async (name) => {
      const { thing, td } = await consume(name);
      const errors: unknown[] = [];
      const failed = (error: Error) => void (error.name === "AbortError" || errors.push(error));
      for (const [property, { observable }] of Object.entries(td.properties ?? {}))
        if (observable) await (await thing.observeProperty(property, ignored, failed)).stop();
      for (const event of Object.keys(td.events ?? {}))
        await (await thing.subscribeEvent(event, ignored, failed)).stop();
      expect(errors).toEqual([]);
    },
  );

  test("it is told of a property that somebody else has written, by a long poll", async () => {
    const { thing } = await consume("counter");
    const heard: unknown[] = [];
    const observing = await thing.observeProperty("counter", async (output) => void heard.push(await output.value()));
    const url = `${bench.origin}/things/counter/properties/counter`;
    let value = 1000;
    // It asks for what comes next, so that it misses what comes before it has asked.
    await expect
      .poll(async () => {
        await bench.ask({ method: "PUT", url, headers: open.headers, body: String(++value) });
        await bench.pass(100);
        return heard;
      })
      .not.toEqual([]);
    expect(heard[0]).toBeGreaterThan(1000);
    await observing.stop();
  });

  test("it is told of an event, by a long poll", async () => {
    const { thing } = await consume("door");
    const heard: unknown[] = [];
    const subscription = await thing.subscribeEvent("opened", async (output) => void heard.push(await output.value()));
    const url = `${bench.origin}/mock/door/faults/open`;
    await expect
      .poll(async () => {
        await bench.ask({ ...open, url });
        await bench.pass(500);
        await bench.ask({ method: "DELETE", url });
        await bench.pass(500);
        return heard;
      })
      .not.toEqual([]);
    expect(heard[0]).toBeNull();
    await subscription.stop();
  });

  test("in a stream it hears messages without a name only, which the profile does not have", async () => {
    const { thing, td } = await consume("counter");
    const formIndex = td.properties?.["counter"]?.forms.findIndex(({ subprotocol }) => subprotocol === "sse") ?? -1;
    expect(formIndex).toBeGreaterThan(0);
    const heard: unknown[] = [];
    const observing = await thing.observeProperty("counter", (output) => void heard.push(output), ignored, {
      formIndex,
    });
    const stream = await bench.listen(`${bench.origin}/things/counter/properties/counter`);
    await done(thing.writeProperty("counter", 7));
    await bench.pass(1000);
    expect(await stream.heard(({ data }) => data === "7", 5000)).toMatchObject({ event: "counter" });
    expect(heard).toEqual([]);
    stream.close();
    await observing.stop();
  });
});

describe("node-wot and actions", () => {
  let counter: Consumed;
  beforeAll(async () => {
    ({ thing: counter } = await consume("counter"));
  });

  test("of a synchronous one it gets the output", async () => {
    const output = await done(counter.invokeAction("echo", { number: 3, text: "µ" }));
    expect(await output?.value()).toEqual({ number: 3, text: "µ" });
  });

  test("of an asynchronous one it gets the status, whose href it may follow until the end", async () => {
    const output = await done(counter.invokeAction("slow_count", { n: 2, delay: 1 }));
    const status = (await output?.value()) as unknown as { readonly status: string; readonly href: string };
    expect(status.status).toBe("running");
    await bench.pass(3000);
    const ended = await bench.ask({ method: "GET", url: status.href });
    expect(JSON.parse(ended.body)).toMatchObject({ status: "completed", output: expect.any(Number) });
  });

  test("what is refused is an error with the reason of the status", async () => {
    await expect(done(counter.invokeAction("echo", { number: "three" }))).rejects.toThrow("Bad Request");
    await expect(done(counter.readProperty("broken"))).rejects.toThrow("Internal Server Error");
  });

  test("it cannot query or cancel: it has not learnt that yet", async () => {
    const output = await done(counter.invokeAction("slow_count"));
    if (!(output && "query" in output)) throw new Error("it has not said what it has invoked");
    const { query, cancel } = output as { query(): Promise<unknown>; cancel(): Promise<void> };
    await expect(query()).rejects.toThrow("Not yet implemented");
    await expect(cancel()).rejects.toThrow("Not yet implemented");
  });
});
