import { randomUUID } from "node:crypto";
import { didYouMean } from "../../did-you-mean.ts";
import { formatDuration } from "../../duration.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import { repeated } from "../bench/repeated.ts";
import type { Command } from "../shell.ts";
import { status } from "../status.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { table } from "../terminal/table.ts";
import { readArguments, UsageError } from "../usage.ts";
import { moment } from "./moment.ts";

/** What is looked at of a schedule. */
interface ToldSchedule {
  readonly everyMs?: number;
  readonly cron?: string;
  readonly timeZone?: string | null;
  readonly invoke?: string;
  readonly procedure?: string;
  readonly paused: boolean;
  readonly pausedBy: string | null;
  readonly nextInMs: number | null;
  readonly waitsFor: string | null;
  readonly running: string | null;
  readonly lastSkipped: { readonly at: string; readonly reason: string | null } | null;
}

type All = Readonly<Record<string, ToldSchedule>>;

export const schedules: Command = {
  usage: "benchd schedules [list | pause NAME | resume NAME] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell what a running gateway begins by itself, and when; pause it, or let it go on.",
  help: [
    "list         each, when it is next and what was left out; this is what it does unless told",
    "pause NAME   begin nothing more; what runs goes on",
    "resume NAME  go on with its next time; what was left out stays so",
    "--json       as the gateway tells it",
    `--url URL    the gateway; ${unlessTold}`,
    ...gatewayHelp(11),
  ],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const [what = "list", ...rest] = args[0]?.startsWith("-") ? ["list", ...args] : args;
    if (!["list", "pause", "resume"].includes(what))
      throw new UsageError(`say what to do: list, pause or resume, not "${what}"`);
    const { values, positionals } = readArguments(rest, options, what === "list" ? [] : ["the NAME of the schedule"]);
    const bench = await BenchClient.of(await askedGateway(values, shell));
    const all = await bench.ask<All>("/gateway/schedules", { method: "GET" });
    if (what === "list") {
      if (values.json) shell.print(jsonLine(all));
      else for (const line of table(Object.entries(all).map(rowOf), shell.stdout)) shell.print(line);
      return status.ok;
    }
    const [name = ""] = positionals;
    if (!Object.hasOwn(all, name)) {
      const names = Object.keys(all);
      const has = names.length === 0 ? ": it has none" : `: it has ${names.join(", ")}`;
      throw new UsageError(`the gateway has no schedule "${name}"${didYouMean(name, names) || has}`);
    }
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const path = `/gateway/schedules/${encodeURIComponent(name)}/${what}`;
    const ask = () => bench.ask<ToldSchedule>(path, { method: "POST", headers });
    const told = await repeated(ask, shell, { what: `whether it was ${what}d`, bench });
    shell.print(values.json ? jsonLine(told) : inLine(`${name}: ${nextOf(told)}`));
    return status.ok;
  },
};

const rowOf = ([name, one]: [string, ToldSchedule]) => [
  name,
  nextOf(one),
  whenOf(one),
  inLine(one.invoke ?? one.procedure ?? ""),
  inLine(one.lastSkipped ? `left out at ${moment(one.lastSkipped.at)}: ${one.lastSkipped.reason ?? ""}` : ""),
];

const whenOf = ({ everyMs, cron, timeZone }: ToldSchedule) =>
  everyMs === undefined ? `cron ${cron}${timeZone ? ` ${timeZone}` : ""}` : `every ${formatDuration(everyMs)}`;

function nextOf({ paused, pausedBy, running, nextInMs, waitsFor }: ToldSchedule): string {
  if (paused) return inLine(`paused${pausedBy === null ? "" : ` by ${pausedBy}`}`);
  if (running !== null) return "running";
  if (waitsFor !== null) return inLine(`waits for ${waitsFor}`);
  return nextInMs === null ? "no next time" : `in ${formatDuration(nextInMs)}`;
}
