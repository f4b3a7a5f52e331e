import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
let clientClock: DiscreteClock;
beforeEach(async () => {
  clientClock = new DiscreteClock();
  bench = await openCounterBench({ clientClock });
});
afterEach(() => bench.close());

const invoke = (action: string, input: object = {}) =>
  bench.gateway.thing("counter").invoke(action, input, { requestedBy: "test" });
const poll = ({ id }: Invocation, tag?: string, query = "") =>
  bench.app.inject({
    url: `/action_invocations/${id}${query}`,
    ...(tag !== undefined && { headers: { "if-none-match": tag } }),
  });
const tagOf = async (invocation: Invocation) => String((await poll(invocation)).headers["etag"]);
const messages = (answer: { json(): { log: { message: string }[] } }) =>
  answer.json().log.map(({ message }) => message);

/** Let requests that wait come to their wait, and what is gathered for events be told. */
async function pass(ms: number): Promise<void> {
  await bench.clock.advance(ms);
  await bench.processClock.advance(100);
}

/** An answer that has not come while others had their turn does wait. */
async function asked(answer: Promise<unknown>): Promise<"answered" | "waits"> {
  const turns = Array.from({ length: 20 });
  const patient = turns.reduce<Promise<void>>(
    (before) => before.then(() => new Promise((resolve) => setImmediate(resolve))),
    Promise.resolve(),
  );
  return Promise.race([answer.then(() => "answered" as const), patient.then(() => "waits" as const)]);
}

describe("the entity tag of an invocation", () => {
  test("is the same as long as nothing changes, and who knows it is told so without a body", async () => {
    const run = invoke("slow_count", { n: 3, delay: 1 });
    const tag = await tagOf(run);
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    const { statusCode, headers, body } = await poll(run, tag);
    expect([statusCode, headers["etag"], body]).toEqual([304, tag, ""]);
    for (const header of ["*", `W/${tag}`, `"other", ${tag}`]) expect((await poll(run, header)).statusCode).toBe(304);
    for (const header of ['"other"', ""]) expect((await poll(run, header)).statusCode).toBe(200);
  });

  test("changes with progress, log and status, and with the place in the queue", async () => {
    const [first, second, third] = [invoke("slow_count", { n: 2, delay: 1 }), invoke("noop"), invoke("noop")];
    const tags = new Set([await tagOf(first), await tagOf(second), await tagOf(third)]);
    await pass(1000);
    tags.add(await tagOf(first));
    await bench.gateway.cancel(second.id, "test");
    tags.add(await tagOf(second)).add(await tagOf(third));
    await pass(5000);
    tags.add(await tagOf(first)).add(await tagOf(third));
    expect(tags.size).toBe(8);
  });

  test("changes with a line of the log alone", async () => {
    const run = invoke("uncancellable", { seconds: 3 });
    const tag = await tagOf(run);
    await bench.gateway.cancel(run.id, "test");
    const { statusCode, body } = await poll(run, tag);
    expect([statusCode, JSON.parse(body).status]).toEqual([200, "running"]);
    expect(await tagOf(run)).not.toBe(tag);
  });

  test("does not depend on the part of the log that is asked for, nor on the name under which the gateway was found", async () => {
    const run = invoke("slow_count", { n: 3, delay: 1 });
    await pass(2000);
    const elsewhere = await bench.app.inject({
      url: `/action_invocations/${run.id}?log_since=1`,
      headers: { host: "lab.example" },
    });
    expect(messages(elsewhere)).toEqual(["counted 2 of 3"]);
    expect(elsewhere.headers["etag"]).toBe(await tagOf(run));
  });
});

describe("a poll with the tag that is known, and a wait", () => {
  test("is answered at the next change, and not only at the end", async () => {
    const run = invoke("slow_count", { n: 3, delay: 1 });
    let tag = await tagOf(run);
    const seen: unknown[] = [];
    for (let changes = 0; changes < 3; changes++) {
      const answer = Promise.resolve(poll(run, tag, `?wait=30&log_since=${changes}`));
      expect(await asked(answer)).toBe("waits");
      await pass(1000);
      const told = await answer;
      seen.push([told.json().progress, messages(told)]);
      tag = String(told.headers["etag"]);
    }
    expect(seen).toEqual([
      [33.33, ["counted 1 of 3"]],
      [66.67, ["counted 2 of 3"]],
      [100, ["counted 3 of 3"]],
    ]);
    // The last line was told before the end, which therefore is another change.
    expect((await poll(run, tag, "?wait=30&log_since=3")).json()).toMatchObject({ status: "completed", log: [] });
    expect(clientClock.now()).toBe(0);
  });

  test("is answered when the one that is waited for moves on", async () => {
    const run = invoke("slow_count", { n: 100, delay: 1 });
    const [before, waits] = [invoke("noop"), invoke("noop")];
    const answer = Promise.resolve(poll(waits, await tagOf(waits), "?wait=30"));
    expect(await asked(answer)).toBe("waits");
    // What is asked for later changes nothing for it.
    await bench.gateway.cancel(invoke("noop").id, "test");
    expect(await asked(answer)).toBe("waits");
    await bench.gateway.cancel(before.id, "test");
    expect((await answer).json()).toMatchObject({ status: "pending", queuePosition: 0 });
    await bench.gateway.cancel(run.id, "test");
  });

  test("is told after its time that nothing has changed, and no later than others may wait", async () => {
    const run = invoke("slow_count", { n: 3, delay: 1 });
    for (const [wait, ms] of [
      [7, 7000],
      [1000, 60_000],
    ] as const) {
      const begun = clientClock.now();
      const answer = await clientClock.until(Promise.resolve(poll(run, await tagOf(run), `?wait=${wait}`)));
      expect([answer.statusCode, clientClock.now() - begun]).toEqual([304, ms]);
    }
  });

  test("is answered at once when it has another tag, or when no change is to come", async () => {
    const run = invoke("slow_count", { n: 1, delay: 1 });
    expect((await poll(run, '"other"', "?wait=30")).statusCode).toBe(200);
    await pass(1000);
    expect((await poll(run, await tagOf(run), "?wait=30")).statusCode).toBe(304);
    expect(clientClock.now()).toBe(0);
  });

  test("without a tag is answered at the end, as before", async () => {
    const run = invoke("slow_count", { n: 3, delay: 1 });
    const answer = Promise.resolve(poll(run, undefined, "?wait=30"));
    await asked(answer);
    await pass(1000);
    expect(await asked(answer)).toBe("waits");
    await pass(2000);
    expect((await answer).json().status).toBe("completed");
  });

  test("leaves nothing behind, nor does one whose client goes", async () => {
    const run = invoke("slow_count", { n: 100, delay: 1 });
    const room = () => {
      const { events } = bench.gateway;
      const stops: (() => void)[] = [];
      try {
        for (;;) stops.push(events.listen(() => {}));
      } catch {
        for (const stop of stops) stop();
      }
      return stops.length;
    };
    const before = room();
    const answers = Array.from({ length: 1100 }, async () => (await poll(run, "*", "?wait=30")).statusCode);
    // A thousand wait, so the next is answered at once.
    expect(await Promise.any(answers)).toBe(304);
    expect(room()).toBe(before - 1000);
    await pass(1000);
    const told = await Promise.all(answers);
    expect([told.filter((one) => one === 304).length, told.filter((one) => one === 200).length]).toEqual([100, 1000]);
    expect(room()).toBe(before);
    await bench.gateway.cancel(run.id, "test");
  });
});
