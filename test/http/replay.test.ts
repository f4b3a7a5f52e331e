import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { App } from "../../src/http/view.ts";
import type { InvocationRecord } from "../../src/invocation/record.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { differences } from "./differences.ts";
import { additions, deviations, type Exchange, exchanges } from "./exchange.ts";

/** The exchanges of the recording, one after the other, against our `counter`. */
describe("what LabThings was recorded to do", () => {
  let bench: CounterBench;
  let app: App;
  /** Recorded invocation ids and ours. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    bench = await openCounterBench();
    app = bench.app;
  });
  afterAll(() => bench.close());

  it("was recorded in some eighty exchanges", () => {
    expect(exchanges.length).toBeGreaterThan(80);
  });

  it.each(exchanges)("$number $name", async (exchange) => {
    const found = await replay(exchange);
    if (deviations.has(exchange.number)) expect(found, "listed as a deviation, but there is none").not.toEqual([]);
    else expect(found).toEqual([]);
  });

  it("deviates only in exchanges that were replayed", () => {
    const replayed = new Set(exchanges.map(({ number }) => number));
    expect([...deviations].filter((number) => !replayed.has(number))).toEqual([]);
  });

  async function replay(exchange: Exchange): Promise<string[]> {
    const { request, payload, status, body } = exchange;
    await bringAbout(exchange);
    const path = request.path.replace(/[0-9a-f-]{36}/, (id) => ids.get(id) ?? id);
    const answer = await app.inject({
      method: request.method,
      url: path,
      headers: request.headers,
      ...(payload !== undefined && { payload }),
    });
    const ours: unknown = answer.body === "" ? "" : answer.json();
    if (isInvocation(body) && isInvocation(ours)) ids.set(body.id, ours.id);
    const anyMoment = request.method === "POST";
    return [
      ...(answer.statusCode === status ? [] : [`status ${answer.statusCode}, was ${status}`]),
      ...headerDifferences(answer.headers, exchange),
      ...differences(ours, body, { additions, anyMoment }),
      ...(!anyMoment && isInvocation(body) && isInvocation(ours) && ours.status !== body.status
        ? [`it is ${ours.status}, was ${body.status}`]
        : []),
    ];
  }

  /** Let the bench's time pass until the moment that was recorded. */
  async function bringAbout({ number, request, body }: Exchange): Promise<void> {
    if (number === "97") await bench.processClock.advance(600);
    if (request.method !== "GET" || !isInvocation(body)) return;
    const invocation = await bench.gateway.invocations.find(ids.get(body.id) ?? "");
    if (!invocation) return;
    if (body.status === "running") await bench.clock.advance(300);
    else await untilEnded(invocation);
  }

  async function untilEnded(invocation: InvocationRecord): Promise<void> {
    for (let i = 0; i < 1000 && !isTerminal(invocation.status); i++) await bench.clock.advance(100);
  }
});

interface Told {
  readonly id: string;
  readonly status: string;
}

function isInvocation(body: unknown): body is Told {
  return typeof body === "object" && body !== null && "id" in body && "status" in body;
}

function headerDifferences(ours: Readonly<Record<string, unknown>>, { headers }: Exchange): string[] {
  const found: string[] = [];
  if (headers["content-type"] && ours["content-type"] !== headers["content-type"]) found.push("content type differs");
  const pathOf = (url: unknown) => (typeof url === "string" ? new URL(url).pathname : undefined);
  if (headers["location"] && pathOf(ours["location"]) !== pathOf(headers["location"])) found.push("location differs");
  // LabThings names one method only, we all there are.
  if (headers["allow"] && !String(ours["allow"]).split(", ").includes(headers["allow"])) found.push("allow differs");
  return found;
}
