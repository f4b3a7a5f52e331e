import { type Answer, refusal } from "../ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, named } from "../bench/bench-client.ts";
import type { Command } from "../shell.ts";
import { statusOf } from "../status.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { readArguments, UsageError } from "../usage.ts";
import { type Schema, unitOf } from "../value/schema.ts";
import { valueText } from "../value/value-text.ts";

export const get: Command = {
  usage: "benchd get THING [PROPERTY…] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Read properties of a Thing, all of them unless told. Exits with 1 when one could not be read.",
  help: [
    "--json      an object of { value, unit } or { error } by the name of the property",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
  ],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const { values, positionals } = readArguments(args, options, "any");
    const [thing, ...wanted] = positionals;
    if (thing === undefined) throw new UsageError("the name of the THING is missing");
    const bench = await BenchClient.of(await askedGateway(values, shell));
    const { properties } = await bench.describe(thing);
    const names = wanted.length > 0 ? wanted : Object.keys(properties ?? {});
    const schemas = names.map((name) => named(properties, name, "property"));
    // Together, as each may wait for the wire.
    const readings = await Promise.all(names.map((name) => readingOf(bench, thing, name)));
    const rows = names.map((name, n) => ({ name, schema: schemas[n] ?? {}, reading: readings[n] as Reading }));
    if (values.json) shell.print(jsonLine(Object.fromEntries(rows.map((row) => [row.name, asJson(row)]))));
    else if (wanted.length === 1) for (const row of rows) printOne(row, shell.print, shell.tell);
    else {
      const { red } = styleOf(shell.stdout, shell.environment);
      const lines = table(
        rows.map(({ name, schema, reading }) => [inLine(name), textOf(reading, schema)]),
        shell.stdout,
      );
      for (const [n, line] of lines.entries()) shell.print(readings[n]?.error ? red(line) : line);
    }
    const failed = readings.find(({ error }) => error);
    return failed ? statusOf(failed.error) : 0;
  },
};

interface Row {
  readonly name: string;
  readonly schema: Schema;
  readonly reading: Reading;
}

type Reading = { readonly value: unknown; readonly error?: undefined } | { readonly error: Error };

async function readingOf(bench: BenchClient, thing: string, property: string): Promise<Reading> {
  const answer: Answer = await bench.answer(bench.path(thing, property), { method: "GET" });
  return answer.status === 200 ? { value: answer.body } : { error: refusal(answer, bench.gateway) };
}

const textOf = (reading: Reading, schema: Schema) =>
  reading.error ? `not known: ${inLine(reading.error.message)}` : valueText(reading.value, schema);

function printOne({ name, schema, reading }: Row, print: (text: string) => void, tell: (text: string) => void): void {
  if (reading.error) tell(`benchd: ${inLine(name)} could not be read: ${inLine(reading.error.message)}`);
  else print(valueText(reading.value, schema));
}

const asJson = ({ schema, reading }: Row) =>
  reading.error ? { error: reading.error.message } : { value: reading.value, unit: unitOf(schema) ?? null };
