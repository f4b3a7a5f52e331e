import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { realClock } from "../clock.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Message } from "../experiment/notify/message.ts";
import { postOf } from "../experiment/notify/notifiers.ts";
import { sendWithin } from "../experiment/notify/send-within.ts";
import { readConfig } from "../gateway/config/config.ts";
import { wallClockTrust } from "../transport/wall-clock.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import type { Command, Shell } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, UsageError } from "./usage.ts";
import { version } from "./version.ts";
import { visible } from "./visible.ts";

const patienceMs = 10_000;

export const alarms: Command = {
  usage: "benchd alarms list [--json] [--url URL [--ca FILE]] [--token-file FILE] | test NOTIFIER [--config FILE]",
  summary: "Tell which alarms of a running gateway are raised, or send a message to see whether it arrives.",
  help: [
    "list             one line each; exits with 1 if one is raised",
    "test NOTIFIER    send a test message as the configuration says, by this process and with its environment;",
    "                 as the user benchd runs as, whose secrets it needs: sudo -u benchd benchd alarms test …",
    "--config FILE    the configuration; benchd.yaml unless told",
    "--json           the list as the gateway tells it",
    `--url URL        the gateway; ${unlessTold}`,
    ...gatewayHelp(15),
  ],

  async run(args, shell) {
    const [what, ...rest] = args;
    if (what === "list") return list(rest, shell);
    if (what === "test") return test(rest, shell);
    throw new UsageError(`say what to do: list, or test NOTIFIER${what ? `, not "${what}"` : ""}`);
  },
};

async function list(args: readonly string[], shell: Shell): Promise<number> {
  const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
  const { values } = readArguments(args, options);
  const gateway = await askedGateway(values, shell);
  const answer = await askGateway(gateway, { method: "GET", path: "/gateway/alarms", patienceMs });
  if (answer.status !== 200) throw refusal(answer, gateway);
  const all = Object.entries(answer.body as Readonly<Record<string, Shown>>);
  if (values.json) shell.print(jsonLine(answer.body));
  else for (const [name, one] of all) shell.print(visible(`${name}: ${stateOf(one)}${untoldOf(one)}`));
  return all.some(([, { raised }]) => raised) ? 1 : 0;
}

async function test(args: readonly string[], shell: Shell): Promise<number> {
  const options = { config: { type: "string", default: "benchd.yaml" } } as const;
  const { values, positionals } = readArguments(args, options, ["the NOTIFIER"]);
  const [name = ""] = positionals;
  const { notifiers = [] } = await readConfig(values.config);
  const notifier = notifiers.find((one) => one.name === name);
  if (!notifier) {
    const names = notifiers.map((one) => one.name);
    const all = names.length > 0 ? `: there are ${names.join(", ")}` : ": there is none below notifiers:";
    throw new UsageError(`${values.config} has no notifier "${name}"${didYouMean(name, names) || all}`);
  }
  const message: Message = {
    ...{ id: randomUUID(), alarm: name, title: "a test of alarms", state: "test", at: Date.now() },
    ...{ reason: "If you read this, messages of benchd reach you. Nothing is wrong.", things: [], changes: 1 },
    ...{ bench: hostname(), version: await version(), clockTrusted: (await wallClockTrust())() },
  };
  await sendWithin(postOf(notifier, shell.environment), message, realClock, new AbortController());
  const whom = notifier.way.kind === "mail" ? `, for ${notifier.way.to.join(", ")}` : "";
  shell.print(visible(`${name} has taken a test message${whom}: see whether it arrives.`));
  return 0;
}

const stateOf = ({ raised, reason, since, unknown }: Shown) =>
  raised
    ? `RAISED since ${since}, ${reason}`
    : unknown === null
      ? "in order"
      : `not raised, but nobody can tell now: ${unknown}`;

function untoldOf({ notify }: Shown): string {
  const owed = Object.entries(notify).filter(([, one]) => one.owed);
  return owed
    .map(([name, { error }]) => `; ${name} is still to be told${error === null ? "" : ` (${error})`}`)
    .join("");
}

interface Shown {
  readonly raised: boolean;
  readonly since: string | null;
  readonly reason: string | null;
  readonly unknown: string | null;
  readonly notify: Readonly<Record<string, { readonly owed: boolean; readonly error: string | null }>>;
}
