import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, type ToldState } from "../bench/bench-client.ts";
import type { Command } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { readArguments } from "../usage.ts";

export const things: Command = {
  usage: "benchd things [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "List the Things of a running gateway: how each is, and what it does.",
  help: [
    "--json      a list of { name, title, state, reason, running, queued, metadata }",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
  ],

  async run(args, shell) {
    const { values } = readArguments(args, { json: { type: "boolean", default: false }, ...gatewayOptions });
    const states = await (await BenchClient.of(await askedGateway(values, shell))).states();
    const all = Object.entries(states);
    if (values.json) {
      shell.print(jsonLine(all.map(([name, state]) => ({ name, ...state }))));
      return 0;
    }
    const style = styleOf(shell.stdout, shell.environment);
    const lines = table(
      all.map(([name, state]) => [name, state.state, doing(state), inLine(state.title)]),
      shell.stdout,
    );
    for (const [n, line] of lines.entries()) shell.print(coloured(line, all[n]?.[1].state ?? "", style));
    return 0;
  },
};

function doing({ reason, running, queued }: ToldState): string {
  const parts = [
    ...(running === null ? [] : [withoutId(running)]),
    ...(queued > 0 ? [`${queued} waiting`] : []),
    ...(reason === null ? [] : [inLine(reason)]),
  ];
  return parts.join(", ") || "-";
}

const withoutId = (running: string) => inLine(running.replace(/ \([\da-f-]{36}\)$/i, "").replace("/", "."));

/** Whatever is not in order is seen at once. */
const coloured = (line: string, state: string, { red, yellow }: Style): string =>
  state === "ready" ? line : state === "opening" || state === "closed" ? yellow(line) : red(line);
