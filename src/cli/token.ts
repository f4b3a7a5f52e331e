import { scopes } from "../access/scope.ts";
import type { Command } from "./shell.ts";
import { type ServicePlaces, servicePlaces } from "./state-place.ts";
import { asOwnerOf } from "./token/as-owner.ts";
import { createToken } from "./token/create.ts";
import { listTokens } from "./token/list.ts";
import { tokenPlace } from "./token/place.ts";
import { revokeToken } from "./token/revoke.ts";
import { readArguments, UsageError } from "./usage.ts";

export const token = tokenOf(servicePlaces);

/** The command, on a machine whose service a test may place. */
export function tokenOf(service: ServicePlaces): Command {
  return {
    usage:
      "benchd token create --name NAME --scope SCOPE[:THING,…] … [--thing THING] [--expires WHEN] | list | revoke NAME [--config FILE]",
    summary: "Make, list or revoke the tokens by which a gateway knows who asks; one for each person.",
    help: [
      "create           make one, and show it: this once, as nobody can read it from what is kept",
      "list             one line each: id, name, what it is for, when it was made, ends, and was used",
      "revoke NAME      end one, by the name of its owner or by its id; what it holds open ends, too",
      "--name NAME      whose it is; this is what the audit trail says",
      `--scope SCOPE    ${scopes.join(", ")}: each includes those before it; may be repeated,`,
      "                 and be for some Things only: --scope read --scope operate:pump,valve",
      "--thing THING    for a --scope that names none; may be repeated",
      "--expires WHEN   so many days or hours from now (90d, 12h), or the last day (2027-01-31); never unless told",
      `--config FILE    the gateway's configuration; ./benchd.yaml, or ${service.config}, unless told`,
      "",
      "It works while the gateway runs, which takes notice within a second, and while it does not.",
    ],

    async run(args, shell) {
      const [what, ...rest] = args;
      const config = { config: { type: "string" } } as const;
      if (what === "create") {
        const { values } = readArguments(rest, { ...config, ...termOptions });
        const place = await tokenPlace(values.config, shell, service);
        const { name, expires, scope = [], thing = [] } = values;
        return asOwnerOf(place.stateDirectory, () =>
          createToken({ name, expires, scopes: scope, things: thing }, place, shell),
        );
      }
      if (what === "list") {
        const { values } = readArguments(rest, config);
        const place = await tokenPlace(values.config, shell, service);
        return asOwnerOf(place.stateDirectory, () => listTokens(place, shell));
      }
      if (what !== "revoke")
        throw new UsageError(`say what to do: create, list, or revoke NAME${what ? `, not "${what}"` : ""}`);
      const { values, positionals } = readArguments(rest, config, ["the NAME of whose token it is"]);
      const place = await tokenPlace(values.config, shell, service);
      return asOwnerOf(place.stateDirectory, () => revokeToken(positionals[0] ?? "", place, shell));
    },
  };
}

const termOptions = {
  name: { type: "string" },
  scope: { type: "string", multiple: true },
  thing: { type: "string", multiple: true },
  expires: { type: "string" },
} as const;
