import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold, urlArgument } from "./asked-gateway.ts";
import { toldBy } from "./emergency-stop.ts";
import type { Command } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** A reset reads what is watched, which takes its `maxAgeMs` at the longest. */
const patienceMs = 60_000;

export const interlock: Command = {
  usage: "benchd interlock list [--json] | reset NAME [--reason TEXT] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Tell how the interlocks of a running gateway are, or reset one that has tripped.",
  help: [
    "list            one line each; exits with 1 if one has tripped",
    "reset NAME      let work in again; refused while what it watches is not in order",
    "--reason TEXT   why, for the log and the audit trail",
    "--json          the list as the gateway tells it",
    `--url URL       the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
  ],

  async run(args, shell) {
    const [what, ...rest] = args;
    const options = { reason: { type: "string" }, ...gatewayOptions } as const;
    if (what === "list") {
      const { values } = readArguments(rest, { json: { type: "boolean", default: false }, ...options });
      const gateway = await askedGateway(values, shell);
      const answer = await askGateway(gateway, { method: "GET", path: "/gateway/interlocks", patienceMs });
      if (answer.status !== 200) throw refusal(answer, gateway);
      const all = Object.entries(answer.body as Readonly<Record<string, Shown>>);
      if (values.json) shell.print(jsonLine(answer.body));
      else
        for (const [name, one] of all)
          shell.print(visible(`${name}: ${one.tripped ? tripOf(name, one, urlArgument(gateway)) : one.condition}`));
      return all.some(([, { tripped }]) => tripped) ? 1 : 0;
    }
    if (what !== "reset") throw new UsageError(`say what to do: list, or reset NAME${what ? `, not "${what}"` : ""}`);
    const { values, positionals } = readArguments(rest, options, ["the NAME of the interlock"]);
    const [name = ""] = positionals;
    const path = `/gateway/interlocks/${encodeURIComponent(name)}/reset`;
    const query = { reason: toldBy(shell, values.reason) };
    const gateway = await askedGateway(values, shell);
    const answer = await askGateway(gateway, { method: "POST", path, query, patienceMs });
    if (answer.status === 404) throw new UsageError(`the gateway at ${gateway.url} has no interlock "${name}"`);
    if (answer.status !== 200) throw refusal(answer, gateway);
    shell.print(visible(`${name} is reset; nothing has been started.`));
    return 0;
  },
};

/** What it has tripped for may be in order again by now. */
const tripOf = (name: string, { reason, condition }: Shown, where: string) =>
  `TRIPPED, ${reason}${condition === "met" ? `; in order by now: benchd interlock reset ${name}${where}` : ""}`;

interface Shown {
  readonly tripped: boolean;
  readonly reason: string | null;
  readonly condition: string;
}
