import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, type Described, type ToldAction } from "../bench/bench-client.ts";
import { inputLines } from "../invocation/input-lines.ts";
import type { Command, Shell } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { padded } from "../terminal/width.ts";
import { wrapped } from "../terminal/wrap.ts";
import { readArguments } from "../usage.ts";
import type { Schema } from "../value/schema.ts";
import { schemaWords } from "../value/schema-words.ts";

/** Longer lines are hard to read, however wide the window is. */
const mostColumns = 100;

export const describe: Command = {
  usage: "benchd describe THING [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell what a Thing of a running gateway has: its properties, its actions with their inputs, its events.",
  help: ["--json      its Thing Description", `--url URL   the gateway; ${unlessTold}`, ...gatewayHelp(10)],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const { values, positionals } = readArguments(args, options, ["the name of the THING"]);
    const [name = ""] = positionals;
    const thing = await (await BenchClient.of(await askedGateway(values, shell))).describe(name);
    if (values.json) shell.print(jsonLine(thing));
    else for (const line of described(name, thing, pageOf(shell))) shell.print(line);
    return 0;
  },
};

/** What is written on. */
interface Page {
  readonly columns: number;
  readonly style: Style;
}

/** The page that a command prints on: as wide as the terminal, and never wider than one reads. */
export const pageOf = ({ stdout, environment }: Shell): Page => ({
  columns: stdout.isTerminal ? Math.min(stdout.columns - 1, mostColumns) : mostColumns,
  style: styleOf(stdout, environment),
});

function described(name: string, thing: Described, page: Page): readonly string[] {
  const { bold } = page.style;
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? ["", bold(title), ...lines] : []);
  const properties = Object.entries(thing.properties ?? {});
  const width = Math.max(0, ...properties.map(([one]) => one.length));
  return [
    ...wrapped(`${name}: ${inLine(thing.title)}`, page.columns),
    ...(thing.description ? wrapped(inLine(thing.description), page.columns) : []),
    ...section(
      "Properties",
      properties.flatMap(([one, schema]) => propertyLines(one, schema, width, page)),
    ),
    ...section(
      "Actions",
      Object.entries(thing.actions ?? {}).flatMap(([one, action]) => actionLines(one, action, page)),
    ),
    ...section(
      "Events",
      Object.entries(thing.events ?? {}).flatMap(([one, { data }]) =>
        wrapped(`${inLine(one)}${data ? `: ${schemaWords(data)}` : ""}`, page.columns, 2),
      ),
    ),
  ];
}

function propertyLines(name: string, schema: Schema, width: number, { columns, style }: Page): readonly string[] {
  const words = `${schemaWords(schema)}${schema.readOnly ? ", read only" : ""}`;
  const indent = columns < 2 * width + 20 ? 4 : width + 4;
  const body = [...wrapped(words, columns, indent), ...titled(name, schema, columns, indent).map(style.dim)];
  const [first = ""] = body;
  // On a narrow page what is said of it stands below its name.
  if (indent === 4) return [`  ${inLine(name)}`, ...body];
  return [`  ${padded(inLine(name), width)}  ${first.trimStart()}`, ...body.slice(1)];
}

export function actionLines(name: string, action: ToldAction, page: Page): readonly string[] {
  const { columns, style } = page;
  const output = action.output ? [`gives ${outputWords(action.output)}`] : [];
  return [
    `  ${style.bold(inLine(name))}`,
    ...titled(name, action, columns, 4).map(style.dim),
    ...(action.input ? inputLines(action.input, columns, 4) : []),
    ...output.flatMap((line) => wrapped(line, columns, 4)),
  ];
}

function outputWords(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return schemaWords(schema);
  return fields.map(([name, field]) => `${inLine(name)} (${schemaWords(field)})`).join(", ");
}

/** What is said about it, but for what its name says already. */
function titled(name: string, { title, description }: Titled, columns: number, indent: number): readonly string[] {
  const said = (text: unknown): text is string => typeof text === "string" && plain(text) !== plain(name);
  return [title, description].filter(said).flatMap((text) => wrapped(inLine(text), columns, indent));
}

type Titled = Pick<Schema, "title" | "description">;

const plain = (text: string) => text.toLowerCase().replaceAll(/[-_\s]/g, "");
