import type { TSchema } from "../typebox.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold, urlArgument } from "./asked-gateway.ts";
import { answerIn, hintOf } from "./procedure/answer.ts";
import type { Command } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

const patienceMs = 10_000;

/** What is looked at of a prompt. */
interface Told {
  readonly id: string;
  readonly message: string;
  readonly schema: TSchema | null;
  readonly leftMs: number | null;
  readonly thing: string;
  readonly action: string;
}

export const prompts: Command = {
  usage: "benchd prompts list [--json] | answer ID [VALUE] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell what the actions of a running gateway ask whoever stands at the bench, or answer it.",
  help: [
    "list               what is open, the oldest first",
    "answer ID          it is done, where no value is asked for",
    "answer ID VALUE    a number, a text, yes or no, or JSON, as is asked for",
    "--json             the list as the gateway tells it",
    `--url URL          the gateway; ${unlessTold}`,
    ...gatewayHelp(17),
  ],

  async run(args, shell) {
    const [what, ...rest] = args;
    if (what === "list") {
      const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
      const { values } = readArguments(rest, options);
      const gateway = await askedGateway(values, shell);
      const answer = await askGateway(gateway, { method: "GET", path: "/gateway/prompts", patienceMs });
      if (answer.status !== 200) throw refusal(answer, gateway);
      if (values.json) shell.print(jsonLine(answer.body));
      else for (const one of answer.body as readonly Told[]) shell.print(visible(line(one, urlArgument(gateway))));
      return 0;
    }
    if (what !== "answer")
      throw new UsageError(`say what to do: list, or answer ID [VALUE]${what ? `, not "${what}"` : ""}`);
    // A value that begins with a minus is none of our options.
    const [id = "", value, ...more] = rest;
    const given = value === undefined || value.startsWith("--") ? undefined : value;
    const { values } = readArguments(given === undefined ? rest.slice(1) : more, gatewayOptions);
    if (id === "" || id.startsWith("-")) throw new UsageError("say which: answer ID [VALUE]; list tells the ids");
    const gateway = await askedGateway(values, shell);
    const path = `/gateway/prompts/${encodeURIComponent(id)}`;
    const found = await askGateway(gateway, { method: "GET", path, patienceMs });
    if (found.status === 404 || found.status === 422)
      throw new UsageError(`the gateway at ${gateway.url} asks nothing by the id "${id}": list tells what it asks`);
    if (found.status !== 200) throw refusal(found, gateway);
    const { schema } = found.body as Told;
    const body = answerIn(given ?? "", schema);
    const answered = await askGateway(gateway, { method: "POST", path: `${path}/answer`, body, patienceMs });
    if (answered.status !== 200) throw refusal(answered, gateway);
    shell.print("Answered: what asked goes on.");
    return 0;
  },
};

const line = ({ id, message, schema, leftMs, thing, action }: Told, where: string): string =>
  [
    `${thing} (${action}): ${message}${leftMs === null ? "" : ` (${seconds(leftMs)} left)`}`,
    `  benchd prompts answer ${id}${schema === null ? "" : ` ${hintOf(schema)}`}${where}`,
  ].join("\n");

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
