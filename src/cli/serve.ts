import type { Logger } from "pino";
import { type Clock, realClock } from "../clock.ts";
import { readBench } from "../gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../gateway/catalogue.ts";
import type { Config } from "../gateway/config.ts";
import { makeWritable } from "../gateway/config-folder.ts";
import { isLoopback, loopbackOnly } from "../gateway/config-rules.ts";
import { Gateway } from "../gateway/gateway.ts";
import { pinWarnings } from "../gateway/pin-warnings.ts";
import { buildApp } from "../http/app.ts";
import { PacedClock } from "../paced-clock.ts";
import { assertFree, listen } from "./listen.ts";
import { createLogger, gatewayLog, logStyle } from "./logger.ts";
import type { Command, Shell } from "./shell.ts";
import { listenForStop, unlessStopped, untilStopped } from "./stop.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";
import { welcome } from "./welcome.ts";

export const serve: Command = {
  usage: "benchd serve [--config FILE] [--mock [--time-scale N]] [--host ADDRESS] [--port N]",
  summary: "Open the Things of a configuration and serve them over HTTP, until SIGTERM or Ctrl+C.",
  help: [
    "--config FILE    the configuration; benchd.yaml unless told",
    "--mock           simulate every device: nothing is opened that could move",
    "--time-scale N   with --mock, let simulated time pass up to N times as fast (1 to 10000)",
    "--host ADDRESS   instead of the configuration's; an address of this machine only",
    "--port N         instead of the configuration's; 0 for any that is free",
  ],

  async run(args, shell) {
    const { config: file, mock, timeScale, ...address } = readOptions(args);
    const stop = listenForStop(shell);
    const log = createLogger(shell.logTo, logStyle(shell.environment, shell.interactive));
    const clock = timeScale === undefined ? realClock : new PacedClock(timeScale);
    try {
      const catalogue = openCatalogue();
      const config = await unlessStopped(stop, prepare(file, catalogue, { mock, ...address }, shell));
      if (!config) return endedEarly(log);
      for (const warning of mock ? [] : await pinWarnings(config, catalogue)) log.warn(warning);
      const opening = Gateway.open({ config, catalogue, clock, mock, log: gatewayLog(log) });
      const gateway = await unlessStopped(stop, opening, { graceMs: openingGraceMs });
      if (!gateway) return endedEarly(log);
      try {
        const app = await buildApp({ gateway, config, log });
        const url = await listen(app, config.listen);
        if (shell.interactive) shell.tell(welcome(url, config, mock));
        return await untilStopped(stop, { app, gateway, log });
      } finally {
        // Closing twice does nothing; this is for a start that failed half-way.
        await gateway.close({ graceMs: 0 });
      }
    } finally {
      endOf(clock);
      stop.release();
    }
  },
};

/** Things that are being opened are waited for, so that they can be closed: a gateway opens within 5 s. */
const openingGraceMs = 7000;

interface Asked {
  readonly mock: boolean;
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** Everything that can keep a gateway from starting, before any device is touched. */
async function prepare(file: string, catalogue: Catalogue, { mock, ...address }: Asked, shell: Shell): Promise<Config> {
  const config = override(await readBench(file, catalogue, { mock }), address, shell);
  await assertFree(config.listen);
  const { stateDirectory } = config;
  if (stateDirectory !== undefined) await makeWritable(stateDirectory, config.at("stateDirectory"));
  return config;
}

function endedEarly(log: Logger): 0 {
  log.warn("ended before it had started");
  return 0;
}

function readOptions(args: readonly string[]) {
  const { values } = readArguments(args, {
    config: { type: "string", default: "benchd.yaml" },
    mock: { type: "boolean", default: false },
    "time-scale": { type: "string" },
    host: { type: "string" },
    port: { type: "string" },
  });
  const { config, mock, host } = values;
  const scale = values["time-scale"];
  if (scale !== undefined && !mock)
    throw new UsageError("--time-scale is for --mock: real devices have their own time");
  if (host !== undefined && !isLoopback(host))
    throw new UsageError(`benchd does not listen on ${host} yet: ${loopbackOnly}`);
  const port =
    values.port === undefined ? undefined : readNumber("--port", values.port, { min: 0, max: 65535, whole: true });
  return {
    config,
    mock,
    host,
    port,
    timeScale: scale === undefined ? undefined : readNumber("--time-scale", scale, { min: 1, max: 10_000 }),
  };
}

/** The command line has the last word; systemd has one on where to keep things. */
function override(config: Config, { host, port }: Omit<Asked, "mock">, { environment }: Shell): Config {
  const listen = { host: host ?? config.listen.host, port: port ?? config.listen.port };
  const given = environment["STATE_DIRECTORY"];
  if (config.stateDirectory !== undefined || given === undefined) return { ...config, listen };
  const at = (...path: string[]) => (path[0] === "stateDirectory" ? "STATE_DIRECTORY" : config.at(...path));
  return { ...config, listen, stateDirectory: given, at };
}

function endOf(clock: Clock): void {
  if (clock instanceof PacedClock) clock.stop();
}
