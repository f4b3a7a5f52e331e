import { sealed } from "../../access/stored-token.ts";
import { maxTokens, TokenFolder } from "../../access/token-folder.ts";
import { sameName, tokenNameMistake } from "../../access/token-name.ts";
import { newToken, tokenText } from "../../access/token-text.ts";
import { wallClockTrust } from "../../transport/wall-clock.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";
import { readExpiry } from "./expiry.ts";
import { grantText, readGrants } from "./grants.ts";
import type { TokenPlace } from "./place.ts";

interface Asked {
  readonly name: string | undefined;
  readonly scopes: readonly string[];
  readonly things: readonly string[];
  readonly expires: string | undefined;
}

/** Make a token, and show it this once. */
export async function createToken(asked: Asked, { stateDirectory, things }: TokenPlace, shell: Shell): Promise<number> {
  const { name, expires } = asked;
  if (name === undefined) throw new UsageError("--name is missing: whose token it is, as the audit trail will have it");
  const mistake = tokenNameMistake(name) ?? (things?.includes(name) ? isThing(name) : undefined);
  if (mistake !== undefined) throw new UsageError(mistake);
  const grants = readGrants({ ...asked, known: things });
  const now = Date.now();
  const end = expires === undefined ? undefined : readExpiry(expires, now);
  const folder = new TokenFolder(stateDirectory);
  await refuseTaken(folder, name);
  const text = newToken();
  const terms = {
    name: name.normalize("NFC"),
    grants,
    created: new Date(now).toISOString(),
    expires: end === undefined ? null : new Date(end).toISOString(),
  };
  await folder.add(sealed(text, terms));
  // Somebody may have made one by this name at the same moment.
  await refuseTaken(folder, name, text.id).catch(async (error: unknown) => {
    await folder.remove(text.id);
    throw error;
  });
  shell.print(tokenText(text));
  const until = end === undefined ? "until it is revoked" : `until ${new Date(end).toLocaleString("sv")}`;
  shell.tell(
    `That is ${name}'s token: ${grantText(grants)}, ${until}. It is shown this once; ${name} keeps it as a password.`,
  );
  shell.tell(`It is known in ${folder.path}, and counts within a second where benchd runs already.`);
  if (end !== undefined && !(await wallClockTrust())())
    shell.tell("Nobody vouches for this machine's clock (`timedatectl`): the token ends by it all the same.");
  return 0;
}

/** Its button would stand in the audit trail by that name. */
const isThing = (name: string) => `"${name}" is the name of a Thing: the audit trail could not tell them apart`;

/** One a person, so that the audit trail has names that mean somebody. */
async function refuseTaken(folder: TokenFolder, name: string, own?: string): Promise<void> {
  const ids = (await folder.ids()).filter((id) => id !== own);
  if (ids.length >= maxTokens) throw new UsageError(`there are ${maxTokens} tokens already: revoke some`);
  for (const id of ids) {
    const known = await folder.read(id);
    if (known && sameName(known.name) === sameName(name))
      throw new UsageError(
        `${known.name} has a token already (${id}): revoke it by \`benchd token revoke ${id}\`, or take another name, such as "${name} laptop"`,
      );
  }
}
