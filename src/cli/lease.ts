import { type Answer, askGateway, refusal } from "./ask-gateway.ts";
import { type AskedGateway, askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import { toldBy } from "./emergency-stop.ts";
import type { Command, Shell } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** A number may have to be written to a slow disk first. */
const patienceMs = 30_000;

const prefixHint = ": with a prefix in its configuration, name that too, as in --url http://127.0.0.1:5000/api/v1";

const options = {
  number: { type: "string" },
  seconds: { type: "string" },
  note: { type: "string" },
  "on-loss": { type: "string" },
  reason: { type: "string" },
  ...gatewayOptions,
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>["values"];

/** What one of the things to do asks of the gateway, about one Thing. */
interface Doing {
  readonly method: "POST" | "DELETE";
  ask(values: Values, shell: Shell): Omit<Parameters<typeof askGateway>[1], "method" | "path" | "patienceMs">;
  tell(lease: Shown, thing: string, shell: Shell): void;
}

const taken = ({ leaseNumber, things, until }: Shown, _: string, shell: Shell) => {
  shell.print(String(leaseNumber));
  shell.tell(visible(`${things.join(", ")}: yours until ${until}, under the header  Lease-Number: ${leaseNumber}`));
};

const doings: Readonly<Record<string, Doing>> = {
  take: {
    method: "POST",
    ask: (values, shell) => ({ body: { ...termsIn(values), note: toldBy(shell, values.note) } }),
    tell: taken,
  },
  renew: {
    method: "POST",
    ask: (values) => ({
      headers: numberIn(values),
      body: { ...termsIn(values), ...(values.note !== undefined && { note: values.note }) },
    }),
    tell: taken,
  },
  release: {
    method: "DELETE",
    ask: (values) => ({ headers: numberIn(values) }),
    tell: (_, thing, shell) => shell.print(visible(`${thing} is given back.`)),
  },
  break: {
    method: "DELETE",
    ask(values, shell) {
      if (!values.reason?.trim()) throw new UsageError("say why it is broken: --reason 'the experiment is over'");
      return { query: { break: "true", reason: toldBy(shell, values.reason) } };
    },
    tell: (_, thing, shell) => shell.print(visible(`${thing} is nobody's now.`)),
  },
};

export const lease: Command = {
  usage:
    "benchd lease list [--json] | take|renew|release|break THING [--number N] [--seconds S] [--note TEXT] [--reason TEXT]",
  summary: "Tell who has leased what of a running gateway, have a Thing for oneself, or end a lease.",
  help: [
    "list             one line for each Thing that is leased",
    "take THING       prints the number of the lease; with what its actions reserve, all or none",
    "renew THING      have it longer, from now on; wants its --number",
    "release THING    give it back; wants its --number",
    "break THING      end the lease of somebody else, who may have left; wants a --reason",
    "--number N       of the lease",
    "--seconds S      how long, 1 to 86400; 600 unless told",
    "--note TEXT      for others to read",
    "--on-loss WHAT   what becomes of running work when it is not given back in time: finish (unless told), or cancel",
    "--reason TEXT    why, for the log and the audit trail",
    "--json           the list, with all that the gateway tells of each",
    `--url URL        the gateway, with its prefix if it has one; ${unlessTold}`,
    ...gatewayHelp(15),
  ],

  async run(args, shell) {
    const [what = "", ...rest] = args;
    if (what === "list") {
      const { values } = readArguments(rest, { json: { type: "boolean", default: false }, ...options });
      return list(await askedGateway(values, shell), values.json, shell);
    }
    const doing = Object.hasOwn(doings, what) ? doings[what] : undefined;
    if (!doing)
      throw new UsageError(`say what to do: list, ${Object.keys(doings).join(", ")}${what && `, not "${what}"`}`);
    const { values, positionals } = readArguments(rest, options, ["the name of the THING"]);
    const [thing = ""] = positionals;
    const asked = doing.ask(values, shell);
    const gateway = await askedGateway(values, shell);
    const answer = await ask(gateway, thing, { ...asked, method: doing.method });
    if (answer.status === 404)
      throw new UsageError(`the gateway at ${gateway.url} has no Thing "${thing}"${prefixHint}`);
    if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, gateway);
    doing.tell(answer.body as Shown, thing, shell);
    return 0;
  },
};

interface Shown {
  readonly held: boolean;
  readonly leaseNumber: number | null;
  readonly holder: string | null;
  readonly note: string | null;
  readonly things: readonly string[];
  readonly until: string | null;
}

type Asked = Omit<Parameters<typeof askGateway>[1], "path" | "patienceMs">;

function ask(gateway: AskedGateway, thing: string, asked: Asked): Promise<Answer> {
  const prefix = new URL(gateway.url).pathname.replace(/\/$/, "");
  return askGateway(gateway, { ...asked, path: `${prefix}/${encodeURIComponent(thing)}/lease`, patienceMs });
}

async function list(gateway: AskedGateway, json: boolean, shell: Shell): Promise<number> {
  const { url } = gateway;
  const states = await askGateway(gateway, { method: "GET", path: "/thing_states", patienceMs });
  if (states.status !== 200) throw refusal(states, gateway);
  const all: object[] = [];
  for (const thing of Object.keys(states.body as object)) {
    const answer = await ask(gateway, thing, { method: "GET" });
    // It has named this Thing itself.
    if (answer.status === 404) throw new UsageError(`the gateway at ${url} has ${thing} elsewhere${prefixHint}`);
    if (answer.status !== 200) throw refusal(answer, gateway);
    const { held, leaseNumber, holder, note, until } = answer.body as Shown;
    if (!held) continue;
    all.push({ thing, ...(answer.body as Shown) });
    if (!json) shell.print(visible(`${thing}: ${leaseNumber}, ${holder} until ${until}${note ? `, "${note}"` : ""}`));
  }
  if (json) shell.print(jsonLine(all));
  return 0;
}

function numberIn({ number }: Values): Readonly<Record<string, string>> {
  if (number === undefined) throw new UsageError("--number is missing: the number that the lease was taken under");
  return { "lease-number": String(readNumber("--number", number, { min: 1, max: 1e15 - 1, whole: true })) };
}

function termsIn({ seconds, "on-loss": onLoss }: Values) {
  if (onLoss !== undefined && onLoss !== "finish" && onLoss !== "cancel")
    throw new UsageError(`--on-loss takes finish or cancel, not "${onLoss}"`);
  return {
    ...(seconds !== undefined && { seconds: readNumber("--seconds", seconds, { min: 1, max: 86_400 }) }),
    ...(onLoss !== undefined && { onLoss }),
  };
}
