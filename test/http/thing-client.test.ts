import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { Cancelled, Failed, ThingClient } from "./thing-client.ts";

describe("LabThings' client on a socket", () => {
  let bench: CounterBench;
  let client: ThingClient;
  let polls = 0;
  /** While it waits, the bench's time passes; once, another client cancels what it waits for. */
  let meanwhile = async () => {};

  beforeAll(async () => {
    bench = await openCounterBench();
    const url = await bench.app.listen({ host: "127.0.0.1", port: 0 });
    client = await ThingClient.connect(`${url}/counter/`, async (seconds) => {
      polls++;
      await meanwhile();
      await bench.clock.advance(seconds * 1000);
    });
  });
  afterAll(() => bench.close());

  it("finds properties and actions", () => {
    expect(Object.keys(client.description["properties"] as object)).toContain("counter");
    expect(Object.keys(client.description["actions"] as object)).toContain("slow_count");
  });

  it("reads and writes a property", async () => {
    await client.set("counter", 5);
    expect(await client.get("counter")).toBe(5);
  });

  it("is told what is wrong with a value", async () => {
    await expect(client.set("counter", -1)).rejects.toThrow("greater_than_equal");
  });

  it("gets the output of a quick action, also a falsy one, and of one without output", async () => {
    expect(await client.invoke("echo", { number: 3, text: "µ" })).toEqual({ number: 3, text: "µ" });
    expect(await client.invoke("zero")).toBe(0);
    expect(await client.invoke("noop")).toBe(null);
  });

  it("polls a slow action until it has completed", async () => {
    polls = 0;
    await client.set("counter", 0);
    expect(await client.invoke("slow_count", { n: 10, delay: 0.1 })).toBe(10);
    expect(polls).toBeGreaterThan(1);
  });

  it("is told of a failure with the last line of the log", async () => {
    await expect(client.invoke("fail", { message: "kaput" })).rejects.toThrow("kaput");
    await expect(client.invoke("fail_handled")).rejects.toThrow("the sample is missing");
    await expect(client.invoke("bad_output")).rejects.toBeInstanceOf(Failed);
  });

  it("knows a cancelled action from a failed one", async () => {
    meanwhile = async () => {
      meanwhile = async () => {};
      const [running] = await bench.gateway.invocations.list({ status: "running" });
      if (running) await bench.app.inject({ method: "DELETE", url: `/action_invocations/${running.id}` });
    };
    await expect(client.invoke("slow_count", { n: 100, delay: 1 })).rejects.toBeInstanceOf(Cancelled);
  });
});
