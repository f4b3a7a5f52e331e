import { refusal } from "../ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Command, Shell } from "../shell.ts";
import { status } from "../status.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { readArguments, UsageError } from "../usage.ts";
import { endWords } from "./end-words.ts";
import { cancelled, follow, type Onlooker } from "./follow.ts";
import { InvocationClient } from "./invocation-client.ts";
import { nameOf } from "./invocations.ts";
import type { WholeInvocation } from "./told-invocation.ts";
import { isId, wholeId } from "./whole-id.ts";

export const cancel: Command = {
  usage: "benchd cancel ID|THING [--no-wait] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Cancel an invocation, or all that a Thing does and has waiting, and wait until it is safe.",
  help: [
    "ID          of the invocation; its first characters will do",
    "THING       whatever it does, and what waits for it",
    "--no-wait   do not wait for the end",
    "--json      a list of { id, action, status, outcome }, as they are when it is over",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
    "",
    "What a composite Thing does on another is cancelled with the whole: cancel that. For an emergency: benchd estop",
  ],

  async run(args, shell) {
    const options = {
      "no-wait": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      ...gatewayOptions,
    } as const;
    const { values, positionals } = readArguments(args, options, ["the ID of the invocation, or the THING,"]);
    const client = new InvocationClient(await BenchClient.of(await askedGateway(values, shell)));
    const ids = await idsOf(client, positionals[0] ?? "");
    const onlooker = watcher(shell);
    // All are asked before the end of any is waited for.
    await Promise.all(ids.map((id) => cancelled({ id, client, onlooker })));
    const found = values["no-wait"]
      ? await Promise.all(ids.map(async (id) => (await client.news(id, { tag: undefined, since: 0 }))?.invocation))
      : await Promise.all(ids.map((id) => follow({ id, client, onlooker })));
    const ended = found.filter((one): one is WholeInvocation => one !== undefined);
    if (values.json)
      shell.print(
        jsonLine(ended.map(({ id, action, status: how, outcome }) => ({ id, action, status: how, outcome }))),
      );
    else if (ids.length === 0) shell.print("There is nothing to cancel.");
    else for (const one of ended) for (const line of wordsOf(one)) shell.print(line);
    return ended.some(({ outcome }) => outcome === "unknown") ? status.unknown : status.ok;
  },
};

const wordsOf = (invocation: WholeInvocation): readonly string[] =>
  invocation.status === "running" || invocation.status === "pending"
    ? [`${nameOf(invocation)} is being cancelled.`]
    : endWords(nameOf(invocation), invocation);

const watcher = ({ tell }: Pick<Shell, "tell">): Onlooker => {
  let lost = false;
  return {
    changed() {},
    lost(why) {
      if (why !== undefined && !lost) tell("The gateway does not answer. Asking again.");
      lost = why !== undefined;
    },
  };
};

/** A Thing comes first: its name may look like the beginning of an id. */
async function idsOf(client: InvocationClient, text: string): Promise<readonly string[]> {
  const { bench } = client;
  const answer = await bench.answer(`${bench.path(text)}/`, { method: "GET" });
  if (answer.status === 200) {
    const under = await Promise.all(["running", "pending"].map((one) => client.list({ thing: text, status: one })));
    return under.flat().map(({ id }) => id);
  }
  if (answer.status !== 404) throw refusal(answer, bench.gateway);
  if (!isId(text)) await bench.describe(text);
  const id = await wholeId(client, text);
  const known = await bench.answer(bench.path("action_invocations", id), { method: "GET" });
  if (known.status === 404) throw new UsageError(`the gateway at ${bench.gateway.url} knows no invocation "${id}"`);
  if (known.status !== 200) throw refusal(known, bench.gateway);
  return [id];
}
