import type { Logger } from "pino";
import { type Clock, realClock } from "../clock.ts";
import { readBench } from "../gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../gateway/catalogue.ts";
import type { Config } from "../gateway/config/config.ts";
import { makeWritable } from "../gateway/config/folder.ts";
import { Gateway } from "../gateway/gateway.ts";
import { pinWarnings } from "../gateway/pin-warnings.ts";
import { buildApp } from "../http/app.ts";
import type { App } from "../http/view.ts";
import { PacedClock } from "../paced-clock.ts";
import { machineUptime } from "../transport/uptime.ts";
import { wallClockTrust } from "../transport/wall-clock.ts";
import { WakingClock } from "../waking-clock.ts";
import { assertLetsSomebodyIn, openAccess } from "./access.ts";
import { dashboard } from "./dashboard.ts";
import { announce } from "./discovery.ts";
import { processEndingMs } from "./ending.ts";
import { HangUps } from "./hang-ups.ts";
import { keepHeapSmall } from "./heap.ts";
import { lockState } from "./instance-lock.ts";
import { assertFree, listen } from "./listen.ts";
import { createLogger, gatewayLog, logStyle } from "./logger.ts";
import { Mqtt } from "./mqtt.ts";
import { type Asked, override, readOptions } from "./serve-options.ts";
import type { Command, Shell } from "./shell.ts";
import { listenForStop, type StopRequests, unlessStopped, untilStopped } from "./stop.ts";
import { Attempts } from "./systemd/attempts.ts";
import { DescriptorStore } from "./systemd/descriptor-store.ts";
import { supervise } from "./systemd/supervise.ts";
import { Supervisor } from "./systemd/supervisor.ts";
import { keepSecured, pairOf } from "./tls/secured.ts";
import { version } from "./version.ts";
import { welcome } from "./welcome.ts";

export const serve: Command = {
  usage: "benchd serve [--config FILE] [--mock [--time-scale N]] [--host ADDRESS] [--port N] [--safe-mode-after N]",
  summary: "Open the Things of a configuration and serve them over HTTP, until SIGTERM or Ctrl+C.",
  help: [
    "--config FILE    the configuration; benchd.yaml unless told",
    "--mock           simulate every device: nothing is opened that could move",
    "--time-scale N   with --mock, let simulated time pass up to N times as fast (1 to 10000)",
    "--host ADDRESS   instead of the configuration's; from any but this machine's own, who asks needs a token",
    "--port N         instead of the configuration's; 0 for any that is free",
    "--safe-mode-after N",
    "                 open no device when so many starts in a row have failed; 0 for not to open any now",
  ],

  async run(args, shell) {
    const asked = readOptions(args);
    const stop = listenForStop(shell);
    const log = createLogger(shell.logTo, logStyle(shell.environment, shell.interactive), shell.journal);
    const clock = asked.timeScale === undefined ? realClock : new PacedClock(asked.timeScale);
    const supervisor = new Supervisor(shell);
    const hangUps = new HangUps({ shell, supervisor, log });
    let unlock = () => {};
    try {
      const catalogue = openCatalogue();
      const config = await unlessStopped(stop, prepare(asked, catalogue, shell));
      if (!config) return endedEarly(log);
      const { stateDirectory } = config;
      if (stateDirectory !== undefined) unlock = await lockState(stateDirectory);
      await assertFree(config.listen);
      for (const warning of asked.mock ? [] : await pinWarnings(config, catalogue)) log.warn(warning);
      const warn = (message: string) => log.warn(message);
      const attempts = await Attempts.count({ stateDirectory, limit: asked.safeModeAfter, warn });
      try {
        const status = await serveBench({
          ...{ asked, config, catalogue, clock, stop, attempts, log, shell, supervisor, hangUps },
        });
        if (status === 0) await attempts.endedAsAsked();
        if (status === 1) await attempts.failed(await stop.fatal);
        return status ?? givenUp(log);
      } catch (error) {
        await attempts.failed(error);
        throw error;
      }
    } finally {
      endOf(clock);
      hangUps.release();
      stop.release();
      unlock();
    }
  },
};

/** Things that are being opened are waited for, so that they can be closed: a gateway opens within 5 s. */
const openingGraceMs = 7000;

interface Bench {
  readonly asked: Asked;
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly stop: StopRequests;
  readonly attempts: Attempts;
  readonly log: Logger;
  readonly shell: Shell;
  readonly supervisor: Supervisor;
  readonly hangUps: HangUps;
}

/** Open the bench and serve it until it is asked to end; undefined when that was before it had opened. */
async function serveBench({ asked, config, catalogue, clock, stop, attempts, log, shell, supervisor, hangUps }: Bench) {
  const { mock } = asked;
  const { safeMode } = attempts;
  const pair = await pairOf(config, log);
  supervisor.status(`opening ${config.things.size} Things`);
  const clockTrusted = await wallClockTrust();
  const made = { clockTrusted, version: await version() };
  // The unit says so, and has made sure that it is there.
  const helper = shell.environment["BENCHD_STOP_POST"] === "1";
  const processClock = new WakingClock({
    clock: realClock,
    uptime: machineUptime().now,
    slept: (ms) => log.warn(`this machine was suspended for ${Math.round(ms / 1000)} s: what has run out is over`),
  });
  const heldLines = new DescriptorStore({ notify: shell.notify, environment: shell.environment, pid: process.pid });
  const building = Gateway.build({
    config,
    catalogue,
    reread: async (renewed) => override(await readBench(asked.config, renewed, { mock }), asked, shell),
    clock,
    processClock,
    mock,
    safeMode,
    log: gatewayLog(log),
    ...made,
    helper,
    heldLines,
    environment: shell.environment,
  });
  const gateway = await unlessStopped(stop, building, { graceMs: openingGraceMs });
  if (!gateway) return undefined;
  if (safeMode !== undefined) log.error(safeMode);
  const ends: (() => unknown)[] = [() => processClock.stop()];
  try {
    const access = await openAccess({ config, gateway, clock: processClock, clockTrusted, log });
    ends.unshift(access.close);
    let mqtt: Mqtt | undefined;
    const app = await buildApp({
      ...{ gateway, config, log, dashboard: dashboard(), inside: (request) => mqtt?.identify(request) },
      ...access.byToken,
      ...(pair && { tls: pair }),
    });
    ends.push(() => hangUp(app));
    const url = await listen(app, config.listen);
    ends.push(await keepSecured({ app, config, pair, clock: processClock, log }));
    // Before what else ends: it goes by the process clock.
    const { environment } = shell;
    const { knows } = access;
    const broker = new Mqtt({ app, knows, gateway, config, url, clock: processClock, environment, log, stop });
    mqtt = broker;
    ends.unshift(() => broker.end());
    // Nobody who has waited begins anything on what is about to end.
    for (const ending of [stop.first, stop.fatal]) void ending.then(() => gateway.giveUp());
    const begun = await unlessStopped(stop, begin(gateway), { graceMs: openingGraceMs });
    if (!begun) return undefined;
    keepHeapSmall();
    stop.blame((error) => {
      const blamed = gateway.blame(error);
      if (blamed) log.error({ err: error }, "a driver has thrown this where nobody could catch it");
      return blamed;
    });
    if (safeMode === undefined)
      for (const name of heldLines.clear()) log.warn(`${name} was kept driven, but is in no contract now: given back`);
    ends.push(attempts.listening(), supervise({ gateway, config, url, supervisor, shell, log }));
    hangUps.serves(gateway);
    ends.unshift(announce({ gateway, config, url, clock: realClock, log }));
    const ending = (why: string) => supervisor.stopping(`ending, by ${why}`, processEndingMs(gateway));
    void stop.first.then(ending);
    void stop.fatal.then(() => ending("a fault in benchd itself"));
    if (shell.interactive) shell.tell(welcome(url, config, mock));
    return await untilStopped(stop, { app, gateway, log });
  } catch (error) {
    // A start that has failed half-way.
    await gateway.close({ graceMs: 0 });
    throw error;
  } finally {
    for (const end of ends) await end();
  }
}

/** On whoever still waits for a start that has come to nothing; else nobody is left. */
async function hangUp(app: App): Promise<void> {
  const closed = app.close();
  app.server.closeAllConnections();
  await closed;
}

/** That it has. */
async function begin(gateway: Gateway): Promise<true> {
  await gateway.begin();
  return true;
}

/** Everything that can keep a gateway from starting, before any device is touched. */
async function prepare(asked: Asked, catalogue: Catalogue, shell: Shell): Promise<Config> {
  const { config: file, mock } = asked;
  const config = override(await readBench(file, catalogue, { mock }), asked, shell);
  const { stateDirectory } = config;
  if (stateDirectory !== undefined) await makeWritable(stateDirectory, config.at("stateDirectory"));
  await assertLetsSomebodyIn(config);
  return config;
}

function endedEarly(log: Logger): 0 {
  log.warn("ended before it had started");
  return 0;
}

/** Whoever looks at the status must not take that for an end in order: nothing has been closed. */
function givenUp(log: Logger): 1 {
  log.error("given up while devices were being opened: nobody knows how they are. `benchd safe` brings them to safety");
  return 1;
}

function endOf(clock: Clock): void {
  if (clock instanceof PacedClock) clock.stop();
}
