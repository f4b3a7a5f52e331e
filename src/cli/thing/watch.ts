import { RefusedError } from "../../client/errors.ts";
import { type BenchEvent, follow } from "../../client/events.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, type Described, named } from "../bench/bench-client.ts";
import { connectionTo } from "../bench/connection.ts";
import { RefusalError } from "../gateway-errors.ts";
import type { Command, Shell } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { fitted, padded } from "../terminal/width.ts";
import { readArguments, UsageError } from "../usage.ts";
import { type Schema, unitOf } from "../value/schema.ts";
import { valueText } from "../value/value-text.ts";

export const watch: Command = {
  usage: "benchd watch THING [PROPERTY…] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary:
    "Tell how a Thing is, and each change as it comes: properties, events, its state, its actions. Ctrl-C ends it.",
  help: [
    "PROPERTY…   these only, and nothing else of the Thing",
    "--json      a JSON document a line: { at, kind, thing, name, value, unit }, or the event as the gateway tells it",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
  ],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const { values, positionals } = readArguments(args, options, "any");
    const [thing, ...wanted] = positionals;
    if (thing === undefined) throw new UsageError("the name of the THING is missing");
    const gateway = await askedGateway(values, shell);
    const bench = await BenchClient.of(gateway);
    const described = await bench.describe(thing);
    for (const name of wanted) named(described.properties, name, "property");
    const watched = { thing, wanted, described, json: values.json, shell };
    const leaving = new AbortController();
    const left = new Promise((resolve) => leaving.signal.addEventListener("abort", resolve));
    const forget = shell.onSignal(() => leaving.abort());
    try {
      const watching = async () => {
        await tellAll(bench, watched);
        const events = follow(connectionTo(gateway), {
          things: [thing],
          kinds: wanted.length > 0 ? ["property"] : ["property", "event", "thingState", "invocation"],
          signal: leaving.signal,
          onState: connectionTeller(shell),
        });
        await told(events, bench, watched);
      };
      // Whoever leaves waits for nothing more of it, nor for a reading.
      await Promise.race([watching(), left]);
    } catch (error) {
      if (error instanceof RefusedError) throw new RefusalError(error.message, error.status);
      throw error;
    } finally {
      forget();
    }
    return 0;
  },
};

interface Watched {
  readonly thing: string;
  readonly wanted: readonly string[];
  readonly described: Described;
  readonly json: boolean;
  readonly shell: Shell;
}

/** Each event, as it comes. */
async function told(events: AsyncIterable<BenchEvent>, bench: BenchClient, watched: Watched): Promise<void> {
  const { shell } = watched;
  for await (const event of events) {
    if (event.kind === "gap") {
      shell.tell(inLine(`Some changes are missing (${event.why}); this is how it is now:`));
      await tellAll(bench, watched);
    } else tellEvent(event, watched);
    // As when it is piped into `head`.
    if (shell.stdout.gone) break;
  }
}

/** How it is now; what cannot be read is left out, and told when it can be. */
async function tellAll(bench: BenchClient, watched: Watched): Promise<void> {
  const { thing, wanted, described, shell } = watched;
  const names = wanted.length > 0 ? wanted : Object.keys(described.properties ?? {});
  const answers = await Promise.all(names.map((name) => bench.answer(bench.path(thing, name), { method: "GET" })));
  const at = new Date().toISOString();
  for (const [n, name] of names.entries()) {
    const answer = answers[n];
    if (answer?.status === 200) tellValue(at, name, answer.body, watched);
    else if (wanted.length > 0) shell.tell(`${inLine(name)} could not be read (status ${answer?.status})`);
  }
}

function tellEvent(event: Exclude<BenchEvent, { kind: "gap" }>, watched: Watched): void {
  const { json, shell, wanted } = watched;
  if (event.kind === "property") {
    if (wanted.length > 0 && !wanted.includes(event.name)) return;
    tellValue(event.at, event.name, "value" in event ? event.value : undefined, watched);
  } else if (json) shell.print(jsonLine(event));
  else if (event.kind === "event")
    tellLine(event.at, inLine(event.name), `event ${valueText(event.data ?? null)}`, watched, "bold");
  else if (event.kind === "invocation")
    tellLine(
      event.at,
      inLine(event.action),
      `${event.status}${event.error ? `: ${inLine(event.error.message)}` : ""}`,
      watched,
      "bold",
    );
  else if (event.kind === "thingState")
    tellLine(event.at, "", `${event.state}${event.reason ? `: ${inLine(event.reason)}` : ""}`, watched, "yellow");
}

function tellValue(at: string, name: string, value: unknown, watched: Watched): void {
  const { thing, described, json, shell } = watched;
  const schema: Schema = described.properties?.[name] ?? {};
  if (json) shell.print(jsonLine({ at, kind: "property", thing, name, value, unit: unitOf(schema) ?? null }));
  else tellLine(at, inLine(name), value === undefined ? "too large to be told" : valueText(value, schema), watched);
}

function tellLine(at: string, name: string, text: string, { described, shell }: Watched, paint?: keyof Style): void {
  const { stdout, environment } = shell;
  const width = Math.max(0, ...Object.keys(described.properties ?? {}).map(({ length }) => length));
  const line = `${clockTime(at)}  ${padded(name, width)}  ${text}`;
  const cut = stdout.isTerminal ? fitted(line, stdout.columns - 1) : line;
  shell.print(paint ? styleOf(stdout, environment)[paint](cut) : cut);
}

/** In the zone of whoever looks, with tenths. */
function clockTime(time: string): string {
  const at = new Date(time);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${Math.floor(at.getMilliseconds() / 100)}`;
}

/** Tells once that nothing comes, and once that it does again. */
function connectionTeller({ tell }: Pick<Shell, "tell">) {
  let lost = false;
  return (state: "connecting" | "open" | "lost") => {
    if (state === "lost" && !lost) tell("The gateway does not answer: what changes now is told when it does again.");
    if (state === "open" && lost) tell("The gateway answers again.");
    lost = state === "lost" || (lost && state !== "open");
  };
}
