import type { RouteOptions } from "fastify";
import pino from "pino";
import counter from "../../drivers/counter.ts";
import { type Clock, realClock } from "../../src/clock.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import type { Limits } from "../../src/gateway/config/limits.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { Identify } from "../../src/http/access/identify.ts";
import { type AppOptions, buildApp } from "../../src/http/app.ts";
import type { AnyThing } from "../../src/thing/define.ts";
import { dashboardFixture as dashboard } from "./page/dashboard.ts";

interface Options extends Pick<AppOptions, "onEnded"> {
  readonly allowedHosts?: readonly string[];
  readonly prefix?: string;
  /** Nothing is kept without one. */
  readonly stateDirectory?: string;
  /** Beside `counter` and its `helper`; by driver and Thing name. */
  readonly drivers?: Readonly<Record<string, AnyThing>>;
  /** How long clients wait goes by this one. */
  readonly clientClock?: Clock;
  readonly limits?: Partial<Limits>;
  /** Everybody may do everything unless told. */
  readonly identify?: Identify;
  /** What stands below `access:`. */
  readonly access?: string;
  onRoute?(route: RouteOptions): void;
}

export type CounterBench = Awaited<ReturnType<typeof openCounterBench>>;

/** The gateway of the recording, two counters, with its HTTP interface. Its bench's time stands still until told. */
export async function openCounterBench({
  allowedHosts = ["lab.example"],
  prefix = "",
  stateDirectory,
  drivers = {},
  clientClock = realClock,
  limits = {},
  identify,
  access = "{}",
  onRoute,
  onEnded,
}: Options = {}) {
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const lines: string[] = [];
  const definitions: Readonly<Record<string, AnyThing>> = { counter, ...drivers };
  const things = {
    counter: "counter",
    helper: "counter",
    ...Object.fromEntries(Object.keys(drivers).map((d) => [d, d])),
  };
  const entries = Object.entries(things).map(([name, driver]) => `  ${name}: { driver: ${driver} }`);
  const config = parseConfig(
    `${stateDirectory === undefined ? "" : `stateDirectory: ${stateDirectory}\n`}prefix: "${prefix}"\naccess: ${access}\nallowedHosts: [${allowedHosts}]\nthings:\n${entries.join("\n")}\n`,
    "bench.yaml",
  );
  const gateway = await Gateway.open({
    config,
    catalogue: {
      names: async () => Object.keys(definitions),
      definition: async (driver) => definitions[driver] ?? counter,
      twin: async () => undefined,
    },
    clock,
    processClock,
    mock: true,
    log() {},
  });
  const log = pino({ level: "debug" }, { write: (line) => void lines.push(line) });
  const app = await buildApp({
    gateway,
    config: { ...config, limits },
    log,
    clock: clientClock,
    dashboard,
    ...(identify && { identify }),
    ...(onEnded && { onEnded }),
    ...(onRoute && { onRoute }),
  });
  return {
    app,
    gateway,
    clock,
    processClock,
    /** What has been logged so far, a line a record. */
    logged: () => lines,
    async close() {
      await app.close();
      await gateway.close({ graceMs: 0 });
    },
  };
}
