import { askedGateway, gatewayOptions } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Shell } from "../shell.ts";
import { status } from "../status.ts";
import { listenForStop } from "../stop.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { table } from "../terminal/table.ts";
import { readArguments } from "../usage.ts";
import { moment } from "./moment.ts";
import { wordsOf } from "./record-live.ts";
import { fileOf, RecordingClient, type ToldRecording } from "./recording-client.ts";

type Task = (args: readonly string[], shell: Shell) => Promise<number>;

const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
const which = ["the ID or the name of the recording"];

/** What else `benchd record` does, besides recording. */
export const recordTasks: Readonly<Record<string, Task>> = {
  async list(args, shell) {
    const { values } = readArguments(args, options);
    const all = await (await clientOf(values, shell)).list();
    const sorted = [...all].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
    if (values.json) shell.print(jsonLine(sorted));
    else for (const line of table(sorted.map(rowOf), shell.stdout)) shell.print(line);
    return status.ok;
  },

  async stop(args, shell) {
    const { values, positionals } = readArguments(args, options, which);
    const client = await clientOf(values, shell);
    const { id } = await client.find(positionals[0] ?? "");
    const ended = await client.stop(id);
    shell.print(values.json ? jsonLine(ended) : inLine(`${ended.name} is ${ended.state}: ${wordsOf(ended)}`));
    return status.ok;
  },

  async save(args, shell) {
    const { values, positionals } = readArguments(args, { out: { type: "string" }, ...options }, which);
    const client = await clientOf(values, shell);
    const recording = await client.find(positionals[0] ?? "");
    const file = values.out ?? fileOf(recording);
    const ended = new AbortController();
    const stop = listenForStop(shell);
    void stop.first.then(() => ended.abort());
    try {
      await client.save(recording.id, file, shell, ended.signal);
    } finally {
      stop.release();
    }
    if (file === "-") return status.ok;
    shell.print(values.json ? jsonLine({ ...recording, file }) : inLine(`${file}: ${wordsOf(recording)}`));
    return status.ok;
  },

  async remove(args, shell) {
    const { values, positionals } = readArguments(args, options, which);
    const client = await clientOf(values, shell);
    const { id } = await client.find(positionals[0] ?? "");
    const removed = await client.remove(id);
    shell.print(values.json ? jsonLine(removed) : inLine(`${removed.name} (${removed.id}) is removed.`));
    return status.ok;
  },
};

async function clientOf(values: Parameters<typeof askedGateway>[0], shell: Shell): Promise<RecordingClient> {
  return new RecordingClient(await BenchClient.of(await askedGateway(values, shell)), shell);
}

const isOpen = ({ state }: ToldRecording) => state === "recording";

const rowOf = (one: ToldRecording) => [
  one.id.slice(0, 8),
  inLine(one.name),
  one.state,
  moment(one.timeStarted),
  wordsOf(one),
  one.properties.join(" "),
];
