import { Connection, type ConnectionOptions } from "../../src/client/connection.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type CounterBench, openCounterBench } from "../http/counter-bench.ts";

type Options = NonNullable<Parameters<typeof openCounterBench>[0]>;

/** A counter bench that listens on the loopback, and a connection to it whose time stands still. */
export async function openAskedBench(options: Options = {}, asking: Omit<ConnectionOptions, "url"> = {}) {
  const bench: CounterBench = await openCounterBench(options);
  const url = await bench.app.listen({ host: "127.0.0.1", port: 0 });
  const clock = new DiscreteClock();
  return { ...bench, url, connection: new Connection({ url, clock, ...asking }), clientTime: clock };
}

export type AskedBench = Awaited<ReturnType<typeof openAskedBench>>;
