import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Command, Shell } from "../shell.ts";
import { status } from "../status.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { readArguments } from "../usage.ts";
import { moment } from "./moment.ts";

interface Quantity {
  readonly value: number;
  readonly unit?: string;
}

/** What is looked at of a calibration. */
interface ToldCalibration {
  readonly id: string;
  readonly at: string;
  readonly clockTrusted: boolean;
  readonly by: string;
  readonly points: readonly unknown[];
  readonly fit: Readonly<Record<string, Quantity>>;
  readonly until: string | null;
  readonly incomplete: string | null;
  readonly note: string | null;
  readonly simulated: boolean;
}

interface ToldState {
  /** What it is worth: `valid`, `expired`, `invalid`, `unknown` or `none`. */
  readonly validity: string;
  readonly reason: string | null;
  readonly expires: string | null;
  /** Actions that rely on it are refused. */
  readonly refuses: boolean;
  readonly current: ToldCalibration | null;
}

export const calibrations: Command = {
  usage: "benchd calibrations [THING] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell what the calibrations of a bench are worth and when they expire. Exits with 1 if one wants attention.",
  help: [
    "THING       that one, with its calibration and those before it; all Things unless told",
    "--json      as the gateway tells it",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
    "",
    "One wants attention when it has expired, does not hold, or is missing where the configuration asks for it.",
  ],

  async run(args, shell) {
    const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const isNamed = args[0] !== undefined && !args[0].startsWith("-");
    const { values, positionals } = readArguments(args, options, isNamed ? ["THING"] : []);
    const bench = await BenchClient.of(await askedGateway(values, shell));
    const [thing] = positionals;
    return thing === undefined ? listAll(bench, values.json, shell) : listOne(bench, thing, values.json, shell);
  },
};

async function listAll(bench: BenchClient, json: boolean, shell: Shell): Promise<number> {
  const all = await bench.ask<Readonly<Record<string, ToldState>>>("/gateway/calibrations", { method: "GET" });
  const told = Object.entries(all).filter(([, { validity, reason }]) => validity !== "none" || reason !== null);
  if (json) shell.print(jsonLine(all));
  else {
    const style = styleOf(shell.stdout, shell.environment);
    const lines = table(told.map(rowOf), shell.stdout);
    for (const [n, line] of lines.entries()) shell.print(painted(line, told[n]?.[1], style));
    if (told.length === 0) shell.tell("no Thing has been calibrated, and none is asked for it");
  }
  return told.some(([, one]) => wantsAttention(one)) ? status.failed : status.ok;
}

async function listOne(bench: BenchClient, thing: string, json: boolean, shell: Shell): Promise<number> {
  // Which Things there are is told where there is none of that name.
  await bench.describe(thing);
  const path = `/gateway/calibrations/${encodeURIComponent(thing)}`;
  const found = await bench.ask<ToldState & { readonly records: readonly ToldCalibration[] }>(path, { method: "GET" });
  if (json) shell.print(jsonLine(found));
  else {
    shell.print(painted(inLine(`${thing}: ${worthOf(found)}`), found, styleOf(shell.stdout, shell.environment)));
    const rows = found.records.map((one) => recordOf(one, one.id === found.current?.id));
    for (const line of table(rows, shell.stdout)) shell.print(line);
  }
  return wantsAttention(found) ? status.failed : status.ok;
}

const rowOf = ([thing, state]: [string, ToldState]) => [
  thing,
  state.validity,
  state.current ? moment(state.current.at) : "-",
  state.expires === null ? "-" : `until ${moment(state.expires)}`,
  inLine([state.reason, state.refuses ? "work is refused" : ""].filter(Boolean).join("; ")),
];

const worthOf = ({ validity, reason, expires, refuses }: ToldState) =>
  [
    validity === "none" ? "not calibrated" : validity,
    ...(expires === null ? [] : [`until ${moment(expires)}`]),
    ...(reason === null ? [] : [reason]),
    ...(refuses ? ["work that relies on it is refused"] : []),
  ].join("; ");

const recordOf = (one: ToldCalibration, counts: boolean) => [
  counts ? "*" : " ",
  moment(one.at),
  inLine(one.by),
  inLine(
    Object.entries(one.fit)
      .map(([name, { value, unit }]) => `${name} ${value}${unit ? ` ${unit}` : ""}`)
      .join(", ") || `${one.points.length} points`,
  ),
  inLine(
    [
      one.until === null ? "" : `until ${moment(one.until)}`,
      one.incomplete === null ? "" : `incomplete: ${one.incomplete}`,
      one.note ?? "",
      one.clockTrusted ? "" : "clock not trusted",
      one.simulated ? "simulated" : "",
    ]
      .filter((part) => part !== "")
      .join("; "),
  ),
];

const wantsAttention = ({ validity, reason }: ToldState) =>
  validity === "expired" || validity === "invalid" || (validity === "none" && reason !== null);

const painted = (line: string, state: ToldState | undefined, { red, yellow }: Style): string =>
  state === undefined || state.validity === "valid" ? line : wantsAttention(state) ? red(line) : yellow(line);
