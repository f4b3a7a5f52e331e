import type { Grant } from "../../access/principal.ts";
import { type Scope, scopes } from "../../access/scope.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { UsageError } from "../usage.ts";

interface Asked {
  /** As in `operate` and `operate:pump,valve`. */
  readonly scopes: readonly string[];
  /** For those that name none; all Things when there are none. */
  readonly things: readonly string[];
  /** The Things of the configuration; undefined when nobody knows. */
  readonly known: readonly string[] | undefined;
}

/** What a command line gives to a token. */
export function readGrants({ scopes: asked, things, known }: Asked): readonly Grant[] {
  if (asked.length === 0) throw new UsageError(`--scope is missing: ${choice}`);
  const everywhere = things.flatMap((list) => thingsIn(list, "--thing", known));
  const grants = asked.map((text): Grant => {
    const colon = text.indexOf(":");
    const scope = scopeIn(colon === -1 ? text : text.slice(0, colon));
    const named = colon === -1 ? everywhere : thingsIn(text.slice(colon + 1), `--scope ${scope}:`, known);
    return named.length > 0 ? { scope, things: [...new Set(named)] } : { scope };
  });
  if (everywhere.length > 0 && asked.every((text) => text.includes(":")))
    throw new UsageError("--thing is for a --scope that names no Things, and each of these does: leave it out");
  return grants;
}

/** In words, for somebody who wonders what it lets its owner do. */
export const grantText = (grants: readonly Grant[]): string =>
  grants.map(({ scope, things }) => (things ? `${scope}:${things.join(",")}` : scope)).join(" ");

const choice = `${scopes.join(", ")}; each includes those before it`;

function scopeIn(text: string): Scope {
  const scope = scopes.find((one) => one === text);
  if (scope === undefined)
    throw new UsageError(`there is no scope "${text}"${didYouMean(text, scopes) || `: it is one of ${choice}`}`);
  return scope;
}

function thingsIn(list: string, option: string, known: readonly string[] | undefined): readonly string[] {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    if (name === "") throw new UsageError(`${option} names no Thing between two commas: write pump,valve`);
    if (known && !known.includes(name))
      throw new UsageError(
        `the configuration has no Thing "${name}"${didYouMean(name, known) || `: it has ${known.join(", ") || "none"}`}`,
      );
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw new UsageError(`"${name}" is no name of a Thing`);
  }
  return names;
}
