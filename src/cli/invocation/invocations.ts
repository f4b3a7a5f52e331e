import { formatDuration } from "../../duration.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Command, Shell } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { readArguments, readNumber, UsageError } from "../usage.ts";
import { visible } from "../visible.ts";
import { endWords, outputLines } from "./end-words.ts";
import { InvocationClient } from "./invocation-client.ts";
import { timeOf } from "./since.ts";
import { hasEnded, type ToldInvocation, type WholeInvocation } from "./told-invocation.ts";
import { wholeId } from "./whole-id.ts";

const statuses = ["pending", "running", "completed", "cancelled", "error"];
/** Of an id, where a line has no place for more: still one of few. */
const shortId = 8;
const wideEnough = 100;

export const invocations: Command = {
  usage: "benchd invocations [ID] [--thing NAME] [--status S] [--since TIME] [--limit N] [--json] [--url URL]",
  summary: "List what has been done lately and what is being done, the newest last; or tell all of one.",
  help: [
    "ID            tell all of this one, with its log; its first characters will do",
    "--thing NAME  of that Thing only; gateway for runs",
    `--status S    ${statuses.join(", ")}`,
    "--since TIME  requested since then: 2026-11-20T10:00:00Z, 2026-11-20, or how long ago, '2 h'",
    "--limit N     the latest N; 20 unless told, at most 1000",
    "--json        a list of them, or the one, as the gateway tells it",
    `--url URL     the gateway; ${unlessTold}`,
    ...gatewayHelp(12),
  ],

  async run(args, shell) {
    const options = {
      thing: { type: "string" },
      status: { type: "string" },
      since: { type: "string" },
      limit: { type: "string", default: "20" },
      json: { type: "boolean", default: false },
      ...gatewayOptions,
    } as const;
    const { values, positionals } = readArguments(args, options, "any");
    const [id, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
    if (values.status !== undefined && !statuses.includes(values.status))
      throw new UsageError(`--status takes ${statuses.join(", ")}, not "${values.status}"`);
    const limit = String(readNumber("--limit", values.limit, { min: 1, max: 1000, whole: true }));
    const query = { thing: values.thing, status: values.status, since: timeOf("--since", values.since), limit };
    const client = new InvocationClient(await BenchClient.of(await askedGateway(values, shell)));
    if (id !== undefined) return one(client, await wholeId(client, id), values.json, shell);
    if (values.thing !== undefined) await client.bench.assertKnown(values.thing);
    const found = await client.list(query);
    if (values.json) shell.print(jsonLine(found));
    else if (found.length > 0) tell(found, shell);
    else shell.tell("There is none, or none any more: benchd export has what was done before.");
    return 0;
  },
};

function tell(found: readonly ToldInvocation[], shell: Shell): void {
  const { stdout, environment } = shell;
  const style = styleOf(stdout, environment);
  const short = stdout.isTerminal && stdout.columns < wideEnough;
  const rows = found.map((invocation) => [
    short ? invocation.id.slice(0, shortId) : invocation.id,
    nameOf(invocation),
    statusWords(invocation),
    invocation.timeRequested === null ? "" : clockTime(invocation.timeRequested),
    tookWords(invocation),
  ]);
  for (const [n, line] of table(rows, stdout).entries()) shell.print(painted(found[n]?.status ?? "", style)(line));
}

/** `pump.dispense`, whatever stands before it. */
export function nameOf({ action }: Pick<ToldInvocation, "action">): string {
  return action.split("/").slice(-2).map(decoded).map(inLine).join(".");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function statusWords({ status, progress, queuePosition, waitingFor, reason, outcome }: ToldInvocation): string {
  const more =
    status === "running" && waitingFor !== null
      ? `, waits for ${inLine(waitingFor)}`
      : status === "running" && progress !== null
        ? ` ${Math.floor(progress)}%`
        : status === "pending" && queuePosition !== null
          ? `, ${queuePosition} before it`
          : reason !== null && reason !== "client"
            ? `, ${inLine(reason)}`
            : "";
  return `${status}${more}${outcome === "unknown" ? ", outcome unknown" : ""}`;
}

const painted = (status: string, { red, yellow, bold }: Style) =>
  status === "error" ? red : status === "cancelled" ? yellow : status === "running" ? bold : (line: string) => line;

/** In the zone of whoever looks. */
function clockTime(time: string): string {
  const at = new Date(time);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function tookWords({ timeStarted, timeCompleted }: ToldInvocation): string {
  if (timeStarted === null || timeCompleted === null) return "";
  return formatDuration(Math.max(0, Date.parse(timeCompleted) - Date.parse(timeStarted)));
}

async function one(client: InvocationClient, id: string, json: boolean, shell: Shell): Promise<number> {
  const news = await client.news(id, { tag: undefined, since: 0 });
  const invocation = news?.invocation as WholeInvocation;
  if (json) {
    shell.print(jsonLine(invocation));
    return 0;
  }
  const name = nameOf(invocation);
  const { timeRequested } = invocation;
  shell.print(`${id}  ${name}${timeRequested === null ? "" : `, requested ${clockTime(timeRequested)}`}`);
  for (const { thing, levelname, message } of invocation.log)
    shell.print(visible(`  ${thing}${levelname === "INFO" ? "" : ` ${levelname.toLowerCase()}`}: ${message}`));
  if (hasEnded(invocation)) for (const line of endWords(name, invocation)) shell.print(line);
  else shell.print(`${name} is ${statusWords(invocation)}.`);
  for (const line of outputLines(invocation.output)) shell.print(`  ${line}`);
  return 0;
}
