import { TokenFolder } from "../../access/token-folder.ts";
import { sameName } from "../../access/token-name.ts";
import { isTokenId, readToken } from "../../access/token-text.ts";
import { didYouMean } from "../../did-you-mean.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";
import { visible } from "../visible.ts";
import type { TokenPlace } from "./place.ts";

/** End a token, by the name of its owner or by its id. */
export async function revokeToken(wanted: string, { stateDirectory }: TokenPlace, shell: Shell): Promise<number> {
  if (readToken(wanted))
    throw new UsageError("that is a token itself, which now stands in this shell's history: name its owner, or its id");
  const folder = new TokenFolder(stateDirectory);
  const ids = await folder.ids();
  const tokens = await Promise.all(
    ids.map(async (id) => ({ id, name: (await folder.read(id).catch(unreadable))?.name })),
  );
  const found = tokens.filter(
    ({ id, name }) => id === wanted || (name !== undefined && sameName(name) === sameName(wanted)),
  );
  const [one, another] = found;
  if (!one) {
    const names = tokens.flatMap(({ name }) => name ?? []);
    const hint = isTokenId(wanted) ? "" : didYouMean(wanted, names);
    throw new UsageError(
      `there is no token of "${wanted}" in ${folder.path}${hint || ": `benchd token list` tells all"}`,
    );
  }
  if (another)
    throw new UsageError(`"${wanted}" has several tokens: name one by its id, as \`benchd token list\` has it`);
  await folder.remove(one.id);
  shell.print(
    visible(`The token of ${one.name ?? "nobody"} (${one.id}) is revoked; where benchd runs, within a second.`),
  );
  if (tokens.length === 1)
    shell.tell("It was the last one: where a token is asked for, benchd starts again only when there is another.");
  return 0;
}

/** It keeps none of the others from being revoked. */
const unreadable = () => undefined;
