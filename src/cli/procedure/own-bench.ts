import { mkdir } from "node:fs/promises";
import { pino } from "pino";
import { type Clock, realClock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { readBench } from "../../gateway/bench.ts";
import { openCatalogue } from "../../gateway/catalogue.ts";
import { portable, restored } from "../../gateway/dry-run/portable.ts";
import { Gateway } from "../../gateway/gateway.ts";
import { buildApp } from "../../http/app.ts";
import { PacedClock } from "../../paced-clock.ts";
import { wallClockTrust } from "../../transport/wall-clock.ts";
import { dashboard } from "../dashboard.ts";
import { lockState } from "../instance-lock.ts";
import { version } from "../version.ts";

interface Options {
  /** The configuration. */
  readonly file: string;
  /** Simulated time passes up to so many times as fast. */
  readonly timeScale: number | undefined;
  /** Where history and recordings are kept. */
  readonly stateDirectory: string;
  log(level: LogLevel, message: string): void;
}

/** A simulated bench in this process, served to this machine alone. */
export interface OwnBench {
  readonly url: string;
  /** What nobody has caught: true when a driver's work has thrown it, which has faulted its Thing. */
  blame(error: unknown): boolean;
  /** End what runs, and everything; called again with `graceMs: 0` it hurries. */
  close(options?: { readonly graceMs?: number; readonly why?: string }): Promise<void>;
}

/** Open it as `benchd serve --mock` would, but that no folder, address or token of the real bench is touched. */
export async function openOwnBench({ file, timeScale, stateDirectory, log }: Options): Promise<OwnBench> {
  const clock = timeScale === undefined ? realClock : new PacedClock(timeScale);
  const catalogue = openCatalogue();
  const bench = portable(await readBench(file, catalogue, { mock: true, served: false }));
  // Nobody but this machine may ask, nothing begins by itself, and nobody gets mail of what is only simulated.
  const config = { ...restored(bench), stateDirectory };
  await mkdir(stateDirectory, { recursive: true });
  const unlock = await lockState(stateDirectory);
  const made = { config, catalogue, clock, mock: true, clockTrusted: await wallClockTrust(), version: await version() };
  const gateway = await Gateway.open({
    ...made,
    log: (thing, level, message) => log(level, thing === "" ? message : `${thing}: ${message}`),
  });
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), dashboard: dashboard() });
  const url = await app.listen({ host: config.listen.host, port: 0 });
  let ending: Promise<void> | undefined;
  const shut = async () => {
    await app.close();
    stop(clock);
    unlock();
  };
  return {
    url,
    blame: (error) => gateway.blame(error),
    close(options) {
      const closed = gateway.close(options);
      ending ??= closed.then(shut);
      return ending;
    },
  };
}

function stop(clock: Clock): void {
  if (clock instanceof PacedClock) clock.stop();
}
