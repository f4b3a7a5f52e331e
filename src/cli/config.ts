import type { EffectiveSetting } from "../gateway/config/effective.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import type { Command } from "./shell.ts";
import { readArguments } from "./usage.ts";
import { visible } from "./visible.ts";

const patienceMs = 20_000;

export const config: Command = {
  usage: "benchd config [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell the configuration as it holds in a running gateway, with what the file leaves out, and who says so.",
  help: [
    "Secrets are in none of it, only where they are. benchd check --show FILE tells the same of a file.",
    "",
    "--json         one JSON document",
    `--url URL      the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
  ],

  async run(args, shell) {
    const { values } = readArguments(args, { json: { type: "boolean", default: false }, ...gatewayOptions });
    const gateway = await askedGateway(values, shell);
    const answer = await askGateway(gateway, { method: "GET", path: "/gateway/configuration", patienceMs });
    if (answer.status !== 200) throw refusal(answer, gateway);
    const { file, settings } = answer.body as { readonly file: string; readonly settings: readonly EffectiveSetting[] };
    if (values.json) shell.print(answer.text);
    else for (const line of [file, ...settings.map(lineOf)]) shell.print(visible(line));
    return 0;
  },
};

/** `listen.port: 5000 (default)`. */
export const lineOf = ({ path, value, from }: EffectiveSetting): string => {
  const way = path.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  return `  ${way}: ${JSON.stringify(value)}${from === "file" ? "" : ` (${from})`}`;
};
