import { setImmediate } from "node:timers/promises";
import { type Bench, connect } from "../../src/client/bench.ts";
import { Connection, type ConnectionOptions } from "../../src/client/connection.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type CounterBench, openCounterBench } from "../http/counter-bench.ts";

type Options = NonNullable<Parameters<typeof openCounterBench>[0]>;

/** A counter bench that listens on the loopback, and a client of it. The time of both stands still. */
export async function openAskedBench(options: Options = {}, asking: Omit<ConnectionOptions, "url"> = {}) {
  const opened: CounterBench = await openCounterBench(options);
  const url = await opened.app.listen({ host: "127.0.0.1", port: 0 });
  const time = new DiscreteClock();
  const connection = new Connection({ url, clock: time, ...asking });
  const bench: Bench = connect(url, { clock: time, ...asking, prefix: options.prefix });
  return { ...opened, url, connection, bench, time };
}

export type AskedBench = Awaited<ReturnType<typeof openAskedBench>>;

/** No client waits for longer before it asks again; what is longer is how long it waits for an answer. */
const longestPauseMs = 5000;

/** What `work` comes to, with as much time as clients want between their requests, and devices for theirs. */
export async function driven<T>({ time, clock }: Pick<AskedBench, "time" | "clock">, work: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  work.then(done, done);
  while (!settled) {
    await setImmediate();
    await clock.step();
    if ((time.nextDue() ?? Number.POSITIVE_INFINITY) - time.now() <= longestPauseMs) await time.step();
  }
  return work;
}

/** A status is what somebody says who stands in between, or at the door: nothing has arrived. */
type Fate = "arrives" | "request lost" | "answer lost" | "answered by a proxy: 502" | 401 | 429;

/** A network that loses what it is told to: of the requests that `of` picks, one after the other; then nothing any more. */
export function lossy(fates: Fate[], of: (method: string, url: string) => boolean = () => true) {
  const asked: { method: string; url: string; headers: Headers }[] = [];
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const [method = "GET", url] = [init.method, String(input)];
    asked.push({ method, url, headers: new Headers(init.headers) });
    const fate = of(method, url) ? (fates.shift() ?? "arrives") : "arrives";
    if (fate === "request lost") throw new TypeError("fetch failed");
    if (fate === 401) return Response.json({ detail: "who asks?" }, { status: 401 });
    if (fate === 429) return Response.json({ type: "urn:benchd:error:BENCHD_RATE_EXCEEDED" }, { status: 429 });
    const response = await globalThis.fetch(input, init);
    if (fate === "arrives") return response;
    await response.body?.cancel();
    if (fate === "answered by a proxy: 502") return new Response("Bad Gateway", { status: 502 });
    throw new TypeError("fetch failed");
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}
