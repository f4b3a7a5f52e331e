/**
 * The gateway that is fuzzed, in a process of its own: the demonstration bench with everything simulated, time that passes
 * faster, and a token for each scope. Tells its parent what nobody caught, what it has logged as its own failure, and how
 * much it holds.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import type { RouteOptions } from "fastify";
import pino from "pino";
import type { TSchema } from "typebox";
import { type Grant, Principal } from "../src/access/principal.ts";
import type { NumberedEvent } from "../src/events/event.ts";
import { checkBench } from "../src/gateway/bench.ts";
import { openCatalogue } from "../src/gateway/catalogue.ts";
import { Gateway } from "../src/gateway/gateway.ts";
import { buildApp } from "../src/http/app.ts";
import { PacedClock } from "../src/paced-clock.ts";
import { fillUp } from "./fill-up.ts";
import type { FromGateway, ToGateway } from "./gateway-process.ts";

const [, , bench = "", stateDirectory = ""] = process.argv;

/** Of the log. */
interface Line {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message: string };
}

/** Simulated time passes so much faster, for devices and for what is promised to clients. */
const benchPace = 20;
const clientPace = 50;

const tell = (message: FromGateway) => process.send?.(message);
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (error) => tell({ fault: `${event}: ${error instanceof Error ? error.stack : String(error)}` }));

const grants: Readonly<Record<string, Grant>> = {
  "fuzz-read": { scope: "read" },
  "fuzz-operate": { scope: "operate" },
  "fuzz-configure": { scope: "configure" },
  "fuzz-admin": { scope: "admin" },
  "fuzz-pump": { scope: "operate", things: ["pump", "counter"] },
};

const catalogue = openCatalogue();
const yaml = `stateDirectory: ${JSON.stringify(stateDirectory)}\n${await readFile(bench, "utf8")}`;
const config = await checkBench(yaml, "bench.yaml", catalogue, { mock: true });
const processClock = new PacedClock(clientPace);
const clock = new PacedClock(benchPace);
/** From this level on it is a failure of ours. */
const errorLevel = 50;
const failsOnPurpose: ReadonlySet<string> = new Set(["cannot read the hardware", "negative values upset the hardware"]);
const log = pino({ level: "info" }, { write: judgeLine });
const gateway = await Gateway.open({
  ...{ config, catalogue, clock, processClock, mock: true, uptime: () => processClock.now() },
  log: (thing, level, message) => log.info({ thing, level }, message),
});
fillUp(gateway);
gateway.events.listen(judgeEvent);
const routes: RouteOptions[] = [];
const app = await buildApp({
  ...{ gateway, config, log, clock: processClock },
  onRoute: (route) => routes.push(route),
  identify({ headers: { authorization }, ip }) {
    const [, name = ""] = /^Bearer (fuzz-[a-z]+)$/.exec(authorization ?? "") ?? [];
    const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
    return grant && new Principal({ name, key: name, from: ip, grants: [grant] });
  },
});
const url = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));

process.on("message", (message: ToGateway) => void obey(message));
tell({ listening: Number(url.port), routes: routes.flatMap(toldRoute) });

async function obey(message: ToGateway): Promise<void> {
  if (message === "examine") return void tell({ examined: await examined() });
  await app.close();
  await gateway.close({ graceMs: 0 });
  clock.stop();
  processClock.stop();
  process.exit(0);
}

async function examined() {
  const snapshot = writeHeapSnapshot(join(stateDirectory, "gateway.heapsnapshot"));
  const connections = await new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)));
  const handles: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  return { snapshot, rss: process.memoryUsage.rss(), connections, handles };
}

/** The drivers' own failures, but for those of the counter, which fails when it is told to; the judge knows its words, too. */
function judgeLine(line: string): void {
  const { level, msg, err } = JSON.parse(line) as Line;
  const onPurpose = msg === "a driver failed" && failsOnPurpose.has(err?.message ?? "");
  if (level >= errorLevel && !onPurpose) tell({ fault: `it has logged ${line.slice(0, 2000)}` });
}

/** An action that fails as its driver did not foresee is answered by 201 all the same. */
function judgeEvent({ event }: NumberedEvent): void {
  if (event.kind !== "invocation" || event.error?.code !== null || event.thing === "counter") return;
  tell({ fault: `${event.thing}.${event.action} has failed as nobody foresaw: ${event.error.message}` });
}

function toldRoute({ method, url: at, schema }: RouteOptions) {
  const query = schema?.querystring as TSchema | undefined;
  return [method].flat().map((one) => ({ method: one, url: at, query }));
}
