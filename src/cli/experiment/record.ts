import { existsSync } from "node:fs";
import { formatDuration, parseDuration } from "../../duration.ts";
import { InputError } from "../../errors.ts";
import { maxEveryMs, minEveryMs, recordingName } from "../../experiment/recordings/request.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Command, Shell } from "../shell.ts";
import { status } from "../status.ts";
import { listenForStop } from "../stop.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { readArguments, UsageError } from "../usage.ts";
import { watchRecording, wordsOf } from "./record-live.ts";
import { recordTasks } from "./record-tasks.ts";
import { fileOf, RecordingClient, type RecordingWish, type ToldRecording } from "./recording-client.ts";

const usualEveryMs = 1000;

export const record: Command = {
  usage:
    "benchd record THING.PROPERTY… [--every 1s | --on-change] [--for 10min] [--name N] [--out FILE] [--json] | list | stop ID | save ID [--out FILE] | remove ID",
  summary: "Record properties into a CSV file until Ctrl+C; or list, stop, save and remove recordings.",
  help: [
    "THING.PROPERTY  what to record, such as ph.ph; several, of any Things",
    "--every T       a row so often, such as 500ms, 2s or '1 min'; 1s unless told, by the time of the bench",
    "--on-change     a row for each change instead",
    "--for T         it ends by itself after so long; else by Ctrl+C, which stops and saves it",
    "--name N        what it is called at the gateway; as its Things unless told",
    "--out FILE      where its rows are put; a new file, or - for here; as its name unless told",
    "list            the latest recordings, those that go on first",
    "stop ID         end one; what it has stays at the gateway. ID is its name, its id or the beginning of that",
    "save ID         put what one has so far into a file",
    "remove ID       remove one that has ended from the gateway, for good",
    "--json          tell the recording, or all of them, as the gateway does",
    `--url URL       the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
    "",
    "A second Ctrl+C does not wait for the rows: they stay at the gateway. Exits with 1 unless the recording was saved.",
  ],

  async run(args, shell) {
    const [what = ""] = args;
    const task = Object.hasOwn(recordTasks, what) ? recordTasks[what] : undefined;
    if (task) return task(args.slice(1), shell);
    const { wish, out, values } = readWish(args);
    // Said now, not after a night.
    if (out !== undefined && out !== "-" && existsSync(out))
      throw new UsageError(`${out} is there already: name another with --out`);
    const stop = listenForStop(shell);
    try {
      const bench = await BenchClient.of(await askedGateway(values, shell));
      const client = new RecordingClient(bench, shell);
      const recording = await client.begin(wish);
      const file = out ?? fileOf(recording);
      shell.tell(inLine(`recording ${recording.name} (${recording.id}) at ${bench.gateway.url}`));
      const given = new AbortController();
      void stop.second.then(() => given.abort());
      const gone = stop.second.then(() => undefined);
      const saved = (async () => {
        const ended = await watchRecording({ recording, client, stop, shell });
        await client.save(ended.id, file, shell, given.signal);
        return ended;
      })();
      saved.catch(() => {});
      const ended = await Promise.race([saved, gone]).catch((error: unknown) => {
        shell.tell(inLine(`what is at the gateway is told by: benchd record list${bench.where}`));
        throw error;
      });
      if (!ended) {
        shell.tell(inLine(`left at the gateway: benchd record save ${recording.id.slice(0, 8)}${bench.where}`));
        return status.failed;
      }
      tellEnd(ended, file, values.json, shell);
      return status.ok;
    } finally {
      stop.release();
    }
  },
};

function tellEnd(ended: ToldRecording, file: string, json: boolean, shell: Shell): void {
  const why = ended.state === "stopped" || ended.state === "finished" ? "" : `; it is ${ended.state}: ${ended.reason}`;
  const told = inLine(`${file}: ${wordsOf(ended)}${why}`);
  if (json && file !== "-") shell.print(jsonLine({ ...ended, file }));
  else if (file === "-") shell.tell(told);
  else shell.print(told);
}

function readWish(args: readonly string[]) {
  const options = {
    every: { type: "string" },
    "on-change": { type: "boolean", default: false },
    for: { type: "string" },
    name: { type: "string" },
    out: { type: "string" },
    json: { type: "boolean", default: false },
    ...gatewayOptions,
  } as const;
  const { values, positionals } = readArguments(args, options, "any");
  if (positionals.length === 0) throw new UsageError("what to record, such as ph.ph, is missing");
  const { every, name = nameOf(positionals) } = values;
  const odd = positionals.find((one) => !/^[^.\s]+\.[^.\s]+$/.test(one));
  if (odd !== undefined)
    throw new UsageError(`"${odd}" is no THING.PROPERTY such as ph.ph, and not list, stop, save or remove`);
  if (every !== undefined && values["on-change"]) throw new UsageError("say --every T or --on-change, not both");
  if (!new RegExp(recordingName).test(name))
    throw new UsageError(`--name takes letters, digits, spaces and ._-, up to 100, not "${name}"`);
  const when = values["on-change"]
    ? ({ onChange: true } as const)
    : { everyMs: every === undefined ? usualEveryMs : rhythmIn(every) };
  const wish: RecordingWish = {
    ...{ name, properties: positionals, ...when },
    ...(values.for !== undefined && { forMs: durationOf("--for", values.for) }),
  };
  return { wish, out: values.out, values };
}

/** Its Things, as in `ph-balance`. */
const nameOf = (properties: readonly string[]): string =>
  [...new Set(properties.map((one) => one.replace(/\..*$/s, "")))].join("-").slice(0, 60);

function rhythmIn(every: string): number {
  const ms = durationOf("--every", every);
  if (ms >= minEveryMs && ms <= maxEveryMs) return ms;
  throw new UsageError(`--every takes ${formatDuration(minEveryMs)} to ${formatDuration(maxEveryMs)}, not "${every}"`);
}

function durationOf(option: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (cause) {
    if (cause instanceof InputError) throw new UsageError(`${option}: ${cause.message}`, { cause });
    throw cause;
  }
}
