import { randomUUID } from "node:crypto";
import { formatDuration } from "../../duration.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import { repeated } from "../bench/repeated.ts";
import type { Command, Shell } from "../shell.ts";
import { status } from "../status.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { table } from "../terminal/table.ts";
import { readArguments, UsageError } from "../usage.ts";
import { moment } from "./moment.ts";
import { pick } from "./pick.ts";

/** As many as are listed, and found by their ids. */
const latest = "100";

/** What is looked at of a run. */
interface ToldRun {
  readonly id: string;
  readonly title: string | null;
  readonly file: string | null;
  readonly state: string;
  readonly progress: number | null;
  readonly positions: readonly {
    readonly line: number;
    readonly text: string;
    readonly round: { readonly n: number; readonly of: number } | null;
  }[];
  readonly things: readonly string[];
  readonly expectedMs: number | null;
  readonly recordings: readonly { readonly name: string; readonly id: string }[];
  readonly requestedBy: string;
  readonly timeRequested: string;
  readonly timeCompleted: string | null;
  readonly error: { readonly detail?: string; readonly message?: string } | null;
}

type Task = (
  asked: { readonly bench: BenchClient; readonly wanted: string; readonly json: boolean },
  shell: Shell,
) => Promise<number>;

export const runs: Command = {
  usage:
    "benchd runs [list | show ID | pause ID | resume ID | cancel ID] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell which procedures a running gateway goes through or has gone through; pause, resume or cancel one.",
  help: [
    "list        the latest runs, the newest last; this is what it does unless told",
    "show ID     where one is, or how it has ended. ID is its id, or the beginning of that",
    "pause ID    begin no further step; what runs goes on to its end",
    "resume ID   go on from there",
    "cancel ID   end what runs in order, and leave it safe",
    "--json      as the gateway tells it",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
    "",
    "One is begun by benchd run FILE.",
  ],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const [what = "list", ...rest] = args[0]?.startsWith("-") ? ["list", ...args] : args;
    const task = Object.hasOwn(tasks, what) ? tasks[what] : undefined;
    if (!task) throw new UsageError(`say what to do: ${Object.keys(tasks).join(", ")}, not "${what}"`);
    const { values, positionals } = readArguments(rest, options, what === "list" ? [] : ["the ID of the run"]);
    const bench = await BenchClient.of(await askedGateway(values, shell));
    return task({ bench, wanted: positionals[0] ?? "", json: values.json }, shell);
  },
};

const listed = (bench: BenchClient) =>
  bench.ask<readonly ToldRun[]>("/gateway/runs", { method: "GET", query: { limit: latest } });

const pathOf = (id: string) => `/gateway/runs/${encodeURIComponent(id)}`;

/** By its whole id also where it is too old to be listed. */
async function find(bench: BenchClient, wanted: string): Promise<ToldRun> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted)) return bench.ask(pathOf(wanted), { method: "GET" });
  const all = await listed(bench);
  return pick(
    [...all].reverse().map((run) => ({ ...run, name: "" })),
    wanted,
    "run",
  );
}

const steered =
  (what: "pause" | "resume", done: string): Task =>
  async ({ bench, wanted, json }, shell) => {
    const { id } = await find(bench, wanted);
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const ask = () => bench.ask<ToldRun>(`${pathOf(id)}/${what}`, { method: "POST", headers });
    const run = await repeated(ask, shell, { what: `whether it was ${done}`, bench });
    shell.print(json ? jsonLine(run) : inLine(`${nameOf(run)} (${run.id}) is ${run.state}.`));
    return status.ok;
  };

const tasks: Readonly<Record<string, Task>> = {
  async list({ bench, json }, shell) {
    const all = await listed(bench);
    if (json) shell.print(jsonLine(all));
    else for (const line of table(all.map(rowOf), shell.stdout)) shell.print(line);
    return status.ok;
  },

  async show({ bench, wanted, json }, shell) {
    const run = await find(bench, wanted);
    if (json) shell.print(jsonLine(run));
    else for (const line of linesOf(run)) shell.print(inLine(line));
    return status.ok;
  },

  pause: steered("pause", "paused"),
  resume: steered("resume", "resumed"),

  async cancel({ bench, wanted, json }, shell) {
    const { id } = await find(bench, wanted);
    const run = await bench.ask<ToldRun>(pathOf(id), { method: "DELETE" });
    shell.print(json ? jsonLine(run) : inLine(`${nameOf(run)} (${run.id}) is being cancelled, or is by now.`));
    return status.ok;
  },
};

const nameOf = ({ title, file }: ToldRun) => title ?? file ?? "a procedure";

const rowOf = (run: ToldRun) => [
  run.id.slice(0, 8),
  run.state,
  moment(run.timeRequested),
  inLine(nameOf(run)),
  inLine(whereOf(run)),
];

/** Where it is, or why it is there no more. */
function whereOf({ positions, error, progress, state }: ToldRun): string {
  const at = positions.at(-1);
  if (at) {
    const round = at.round ? `, round ${at.round.n} of ${at.round.of}` : "";
    return `line ${at.line}: ${at.text}${round}${progress === null ? "" : ` (${Math.round(progress)} %)`}`;
  }
  return state === "error" ? (error?.detail ?? error?.message ?? "") : "";
}

function linesOf(run: ToldRun): readonly string[] {
  const where = whereOf(run);
  return [
    `${nameOf(run)}: ${run.state}`,
    `id          ${run.id}`,
    `things      ${run.things.join(", ") || "none"}`,
    `begun       ${moment(run.timeRequested)} by ${run.requestedBy}`,
    ...(run.timeCompleted === null ? [] : [`ended       ${moment(run.timeCompleted)}`]),
    ...(run.expectedMs === null ? [] : [`foretold    ${formatDuration(run.expectedMs)}`]),
    ...(where === "" ? [] : [`${run.state === "error" ? "why  " : "where"}       ${where}`]),
    ...run.recordings.map(({ name, id }) => `recording   ${name} (${id})`),
  ];
}
