import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import type { Command } from "./shell.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** For reading, checking, building and opening; what is waited for comes on top. */
const patienceMs = 120_000;
const maxWaitSeconds = 600;

export const reload: Command = {
  usage: "benchd reload [--wait SECONDS | --stop] [--url URL [--ca FILE]] [--token-file FILE]",
  summary:
    "Have a running gateway read its configuration again; only Things that are others in it are closed and opened.",
  help: [
    "Refused, and nothing changed, where the file has a mistake, or something is done with a Thing that would be closed.",
    "",
    "--wait SECONDS  wait until nothing is done with these Things, for so long at most (up to 600)",
    "--stop          end what is done with them, and leave it safe",
    `--url URL       the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
  ],

  async run(args, shell) {
    const options = { wait: { type: "string" }, stop: { type: "boolean", default: false }, ...gatewayOptions } as const;
    const { values } = readArguments(args, options);
    if (values.wait !== undefined && values.stop) throw new UsageError("--wait or --stop: one of them says enough");
    const waitSeconds =
      values.wait === undefined ? undefined : readNumber("--wait", values.wait, { min: 0, max: maxWaitSeconds });
    const busy = waitSeconds !== undefined ? "wait" : values.stop ? "stop" : "refuse";
    const gateway = await askedGateway(values, shell);
    const answer = await askGateway(gateway, {
      ...{ method: "POST", path: "/gateway/reload" },
      body: { busy, ...(waitSeconds !== undefined && { waitSeconds }) },
      patienceMs: patienceMs + (waitSeconds ?? 0) * 1000,
    });
    if (answer.status !== 200) throw refusal(answer, gateway);
    for (const line of linesOf(answer.body as Reported)) shell.print(visible(line));
    return 0;
  },
};

type Reported = Readonly<Record<string, readonly string[]>>;

const words: Readonly<Record<string, string>> = {
  added: "added",
  removed: "removed",
  changed: "opened anew",
  sections: "taken up",
  needsRestart: "stays as it is until benchd is started again",
};

function linesOf(report: Reported): readonly string[] {
  const told = Object.entries(words).flatMap(([field, word]) => {
    const names = report[field] ?? [];
    return names.length > 0 ? [`${word}: ${names.join(", ")}`] : [];
  });
  return told.length > 0 ? told : ["nothing has changed"];
}
