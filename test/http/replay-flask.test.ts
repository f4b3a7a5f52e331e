import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { type Exchange, flaskExchanges } from "./exchange.ts";
import { deviations } from "./listed.ts";
import { Replayer } from "./replayer.ts";

/** The recorded Thing's action that never looks at its cancel. */
const stubborn = { action: "uncancellable", input: '{"seconds":100}' };

/** What an action tells in `data` is its own business, and the recorded Thing's actions are not ours. */
const withoutData = (exchange: Exchange): Exchange => ({
  ...exchange,
  body: isObject(exchange.body) && "data" in exchange.body ? { ...exchange.body, data: {} } : exchange.body,
});
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** python-labthings served one Thing at the root; what it tells of invocations is asked of our `counter`. */
describe("what python-labthings was recorded to do", () => {
  const clientClock = new DiscreteClock();
  let bench: CounterBench;
  let replayer: Replayer;

  beforeAll(async () => {
    bench = await openCounterBench({ clientClock });
    replayer = new Replayer(bench);
  });
  afterAll(() => bench.close());

  it("was recorded in 32 exchanges", () => {
    expect(flaskExchanges).toHaveLength(32);
  });

  it.each(flaskExchanges.map(withoutData))("$number $name", async (exchange) => {
    await invokeHere(exchange);
    const found = await replay(exchange);
    if (deviations.has(exchange.number)) expect(found, "listed as a deviation, but there is none").not.toEqual([]);
    else expect(found).toEqual([]);
  });

  /** What it began at the root is begun at our Thing, so that it can be asked after. */
  async function invokeHere({ request, payload, body }: Exchange): Promise<void> {
    if (request.method !== "POST") return;
    const recorded = request.path.replace("/actions/", "");
    const { action, input } = recorded === "stubborn" ? stubborn : { action: recorded, input: payload };
    const url = `/counter/${action}`;
    const headers = { "content-type": "application/json", prefer: "respond-async" };
    const answer = await bench.app.inject({
      method: "POST",
      url,
      headers,
      ...(input !== undefined && { payload: input }),
    });
    replayer.know(body, answer.json());
  }

  async function replay(exchange: Exchange): Promise<string[]> {
    if (exchange.request.method !== "DELETE") return replayer.replay(exchange);
    const answering = Promise.resolve(replayer.send(exchange));
    // It waits for what does not end; the clients' time passes until it has waited long enough.
    const waits = exchange.name.includes("stubborn");
    return replayer.compare(exchange, await (waits ? clientClock.until(answering) : answering));
  }
});
