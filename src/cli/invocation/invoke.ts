import { randomUUID } from "node:crypto";
import { parseDuration } from "../../duration.ts";
import { InputError } from "../../errors.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, named, type ToldAction } from "../bench/bench-client.ts";
import { leaseHeader } from "../bench/lease-header.ts";
import { repeated } from "../bench/repeated.ts";
import { NobodyKnowsError } from "../gateway-errors.ts";
import type { Command, Shell } from "../shell.ts";
import { status } from "../status.ts";
import { listenForStop, type StopRequests } from "../stop.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { actionLines, pageOf } from "../thing/describe.ts";
import { readArguments, UsageError } from "../usage.ts";
import { checkValue } from "../value/check-value.ts";
import { attend } from "./attend.ts";
import { withOptions } from "./input-options.ts";
import { InvocationClient } from "./invocation-client.ts";
import { inputOf } from "./read-input.ts";
import { split } from "./split.ts";
import { startByHeader } from "./start-by-header.ts";

const options = {
  input: { type: "string" },
  detach: { type: "boolean", default: false },
  key: { type: "string" },
  lease: { type: "string" },
  timeout: { type: "string" },
  "start-by": { type: "string" },
  json: { type: "boolean", default: false },
  ...gatewayOptions,
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>["values"];

export const invoke: Command = {
  usage:
    "benchd invoke THING ACTION [--input JSON|@FILE|-] [--NAME VALUE]… [--detach] [--timeout DURATION] [--url URL]",
  summary: "Run an action of a Thing and wait for its end. Ctrl-C cancels it; a second one leaves it running.",
  help: [
    "--NAME VALUE    a field of the input, such as --volume 5; --target.x 3 one inside of another; --hold, --no-hold",
    "--input JSON    the input, or what of it no --NAME says; @FILE reads it from a file, - from what is piped in",
    "--detach        do not wait: print the id of the invocation",
    "--timeout D     cancel it when it takes longer than that, such as '5 min'",
    "--start-by T    drop it unless it starts by then: a time with its zone, or a duration from now, such as '30 s'",
    "--lease N       the number of the lease that you have on the Thing",
    "--key KEY       an Idempotency-Key: under the same one it is done once; one of its own unless told",
    "--json          a JSON document a line, of what happens; the last has kind: end",
    `--url URL       the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
    "",
    "benchd invoke THING ACTION --help tells what the action takes. How it ended is told by the exit status:",
    "2 failed, 3 cancelled, 4 left running, 5 cancelled by --timeout, 6 nobody knows what the device has done.",
  ],

  async helpFor(args, shell) {
    const { own, thing, action } = split(
      args.filter((arg) => arg !== "--help" && arg !== "-h"),
      options,
    );
    if (thing === undefined || action === undefined) return undefined;
    const bench = await BenchClient.of(await askedGateway(readArguments(own, options).values, shell));
    const told = named((await bench.describe(thing)).actions, action, "action");
    return [`Usage: benchd invoke ${thing} ${action} [--NAME VALUE]…`, "", ...actionLines(action, told, pageOf(shell))];
  },

  async run(args, shell) {
    const { own, thing, action, rest } = split(args, options);
    const { values } = readArguments(own, options);
    if (thing === undefined) throw new UsageError("the name of the THING is missing");
    if (action === undefined) throw new UsageError("the name of the ACTION is missing: benchd describe tells them");
    const timeoutMs = durationOf(values.timeout);
    const headers = {
      ...leaseHeader(values.lease),
      ...startByHeader(values["start-by"]),
      "idempotency-key": `"${keyOf(values.key)}"`,
    };
    const bench = await BenchClient.of(await askedGateway(values, shell));
    const told = named((await bench.describe(thing)).actions, action, "action");
    const input = await inputFrom(told, values, rest, shell);
    const client = new InvocationClient(bench);
    const stop = listenForStop(shell);
    try {
      const begun = await begin(client, { thing, action, input, headers }, shell, stop);
      const { id } = begun.invocation;
      if (begun.replayed) shell.tell("Under this key it was begun before: this is how that goes on.");
      if (values.detach) {
        shell.print(values.json ? jsonLine({ id }) : id);
        return status.ok;
      }
      const name = inLine(`${thing}.${action}`);
      const { json } = values;
      return await attend({ id, name, client, shell, stop, json, timeoutMs, output: told.output });
    } finally {
      stop.release();
    }
  },
};

/** The whole input, by the schema of the action; undefined where there is none at all. */
async function inputFrom({ input: schema }: ToldAction, values: Values, rest: readonly string[], shell: Shell) {
  const given = values.input === undefined ? {} : await inputOf(values.input, shell);
  const input = withOptions(given, rest, schema);
  if (schema) checkValue(input, schema);
  return schema || Object.keys(input).length > 0 ? input : undefined;
}

type Begin = Parameters<InvocationClient["start"]>[0];

/** An answer that is lost is asked for again, under the same key. Whoever does not want to wait for that is told so. */
async function begin(client: InvocationClient, start: Begin, shell: Shell, stop: StopRequests) {
  const what = "whether it was begun";
  const left = stop.second.then((): never => {
    throw new NobodyKnowsError(
      `nobody knows ${what}: benchd invocations --thing ${start.thing}${client.bench.where} tells`,
    );
  });
  left.catch(() => {});
  return Promise.race([repeated(() => client.start(start), shell, { what, bench: client.bench }), left]);
}

function keyOf(key: string | undefined): string {
  if (key === undefined) return randomUUID();
  if (/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(key)) return key;
  throw new UsageError(`--key takes 1 to 255 letters, digits and signs without quotes, not "${key}"`);
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch (cause) {
    throw new UsageError(`--timeout: ${cause instanceof InputError ? cause.message : cause}`, { cause });
  }
}
