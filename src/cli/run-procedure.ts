import { resolve } from "node:path";
import { formatDuration } from "../duration.ts";
import { readPlainFile } from "../plain-file.ts";
import { type AskedGateway, askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import { BenchClient } from "./bench/bench-client.ts";
import { NobodyKnowsError } from "./gateway-errors.ts";
import { cancelled } from "./invocation/follow.ts";
import { answerUsually, TerminalAnswering } from "./procedure/answering.ts";
import { RunClient, type ToldRun, type Wish } from "./procedure/asked-run.ts";
import { follow } from "./procedure/follow.ts";
import { forecastText } from "./procedure/forecast-text.ts";
import { type OwnBench, openOwnBench } from "./procedure/own-bench.ts";
import { parametersIn } from "./procedure/parameters.ts";
import { saveRecordings } from "./procedure/save-recordings.ts";
import type { Command, Shell } from "./shell.ts";
import { status } from "./status.ts";
import { listenForStop, type StopRequests } from "./stop.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** As much as a gateway takes; bytes. */
const maxBytes = 256 * 1024;
const maxName = 200;

export const runProcedure: Command = {
  usage:
    "benchd run FILE [--set NAME=VALUE]… [--dry-run] [--yes] [--out DIR] [--mock [--time-scale N] [--config FILE] [--state DIR]] [--url URL]",
  summary:
    "Run a procedure on a running gateway, or on a simulated bench; ask its questions here. Exits with 1 unless it completes, with 6 when nobody knows what was done.",
  help: [
    "FILE            the procedure, in YAML or JSON; docs/procedures.md tells its language",
    "--set NAME=VALUE  another value for one of its parameters; may be said again",
    "--dry-run       try it in simulated time only, and tell how long it will take or what is wrong with it",
    "--yes           ask nobody: questions get their default as an answer, or a value that fits",
    "--out DIR       where its recordings are put as CSV; here unless told",
    "--mock          on a simulated bench in this process; nothing is opened that could move",
    "--time-scale N  with --mock, let simulated time pass up to N times as fast (1 to 10000)",
    "--config FILE   with --mock, the configuration of the bench; benchd.yaml unless told",
    "--state DIR     with --mock, where history and recordings are kept; benchd-mock unless told",
    `--url URL       without --mock, the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
    "",
    "Ctrl+C cancels the run: what runs is ended in order, and left safe. A second one does not wait for that.",
  ],

  async run(args, shell) {
    const asked = readOptions(args);
    const wish = { document: await textOf(asked.file), file: nameOf(asked.file), parameters: asked.parameters };
    const stop = listenForStop(shell);
    try {
      if (!asked.mock) return await perform(await askedGateway(asked.gateway, shell), { asked, wish, stop, shell });
      return await onOwnBench({ asked, wish, stop, shell });
    } finally {
      stop.release();
    }
  },
};

interface Task {
  readonly asked: Asked;
  readonly wish: Wish;
  readonly stop: StopRequests;
  readonly shell: Shell;
}

async function onOwnBench(task: Task): Promise<number> {
  const { asked, stop, shell } = task;
  const bench = await openOwnBench({
    ...{ file: asked.config, timeScale: asked.timeScale, stateDirectory: resolve(asked.state) },
    log: (level, message) => {
      if (level === "warning" || level === "error") shell.tell(visible(`${level}: ${message}`));
    },
  });
  stop.blame((error) => bench.blame(error));
  try {
    const failed = stop.fatal.then((error): never => {
      throw error;
    });
    const done = perform({ url: bench.url, ca: undefined, token: undefined, tokenFrom: undefined }, task);
    const hurried = stop.second.then(() => 1);
    return await Promise.race([done, failed, hurried]);
  } finally {
    await closed(bench, stop);
  }
}

/** Whatever runs on it is ended first; a second signal cuts that short. */
async function closed(bench: OwnBench, { second, fatal }: StopRequests): Promise<void> {
  void second.then(() => bench.close({ graceMs: 0 }));
  void fatal.then(() => bench.close({ graceMs: 0 }));
  await bench.close({ why: "the run is over" });
}

async function perform(gateway: AskedGateway, { asked, wish, stop, shell }: Task): Promise<number> {
  const client = new RunClient(await BenchClient.of(gateway));
  if (asked.dryRun) {
    const forecast = await client.dryRun(wish);
    shell.print(visible(forecastText(wish.file, forecast)));
    return forecast.mistakes.length > 0 ? 1 : 0;
  }
  const { id, expectedMs } = await begun(client, wish, stop, shell);
  const foretold = typeof expectedMs === "number" ? `; about ${formatDuration(expectedMs)}, as foretold` : "";
  shell.print(`run ${id} on ${gateway.url}${foretold}`);
  let over = false;
  const cancelling = stop.first.then(async () => {
    shell.tell("cancelling: what runs is ended in order, and left safe");
    const lost = (why?: string) => shell.tell(visible(`${why} (asking again to cancel the run ${id})`));
    await cancelled({ id, client, onlooker: { lost } }, () => over);
  });
  const answering = asked.yes ? answerUsually(client, shell) : new TerminalAnswering(client, shell);
  // A cancel that comes to nothing is no reason to look away.
  cancelling.catch((error: unknown) => over || shell.tell(visible(`it could not be cancelled: ${error}`)));
  const run = await followed(follow({ id, client, answering, shell }), stop).finally(() => {
    over = true;
  });
  if (!run) return 1;
  shell.print(visible(endOf(run)));
  await saveRecordings(client, run, asked.out, shell);
  if (run.outcome === "unknown") return status.unknown;
  return run.state === "completed" ? status.ok : status.failed;
}

/** An answer that is lost is asked for again, under the same key. Whoever does not want to wait for that is told so. */
async function begun(client: RunClient, wish: Wish, { second }: StopRequests, shell: Shell): Promise<ToldRun> {
  const left = second.then((): never => {
    throw new NobodyKnowsError(`nobody knows whether the run was begun: benchd runs${client.bench.where} tells`);
  });
  left.catch(() => {});
  return Promise.race([client.start(wish, shell), left]);
}

/** Undefined after a second signal. */
const followed = (end: Promise<ToldRun>, { second }: StopRequests) => Promise.race([end, second.then(() => undefined)]);

function endOf({ id, state, error }: ToldRun): string {
  const why = error?.detail ?? error?.message;
  return `run ${id} ${state === "error" ? "has failed" : `is ${state}`}${why ? `: ${why}` : ""}`;
}

/** What the command line says. */
type Asked = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[]) {
  const { values, positionals } = readArguments(
    args,
    {
      set: { type: "string", multiple: true, default: [] },
      "dry-run": { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      out: { type: "string", default: "." },
      mock: { type: "boolean", default: false },
      "time-scale": { type: "string" },
      config: { type: "string" },
      state: { type: "string" },
      ...gatewayOptions,
    },
    ["the FILE of the procedure"],
  );
  const { mock, config, state, url, ca } = values;
  const scale = values["time-scale"];
  const simulated = { "--time-scale": scale, "--config": config, "--state": state };
  const idle = Object.entries(simulated).find(([, value]) => !mock && value !== undefined);
  if (idle) throw new UsageError(`${idle[0]} is for --mock: without it a gateway that runs already is asked`);
  const other = url !== undefined || ca !== undefined || values["token-file"] !== undefined;
  if (mock && other)
    throw new UsageError("--url is for a gateway that runs already, --mock for a bench in this process");
  return {
    ...{ file: positionals[0] ?? "", mock, out: values.out, yes: values.yes, dryRun: values["dry-run"] },
    ...{ config: config ?? "benchd.yaml", state: state ?? "benchd-mock" },
    parameters: parametersIn(values.set),
    timeScale: scale === undefined ? undefined : readNumber("--time-scale", scale, { min: 1, max: 10_000 }),
    gateway: { url, ca, "token-file": values["token-file"] },
  };
}

/** As messages call it: the end of a long path. */
const nameOf = (file: string) => file.slice(-maxName);

async function textOf(file: string): Promise<string> {
  try {
    const read = await readPlainFile(file, maxBytes);
    if (!read.bytes) throw new UsageError(`${file}: ${read.why}`);
    return read.bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    throw new UsageError(`${file}: ${code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`}`, {
      cause,
    });
  }
}
