import { TokenFolder } from "../../access/token-folder.ts";
import { readUses } from "../../access/token-use.ts";
import { tokenUseFile } from "../access.ts";
import type { Shell } from "../shell.ts";
import { visible } from "../visible.ts";
import { grantText } from "./grants.ts";
import type { TokenPlace } from "./place.ts";

/** One line for each token. */
export async function listTokens({ stateDirectory }: TokenPlace, shell: Shell): Promise<number> {
  const folder = new TokenFolder(stateDirectory);
  const ids = await folder.ids();
  if (ids.length === 0) {
    shell.tell(`There are no tokens in ${folder.path}.`);
    return 0;
  }
  const uses = await readUses(tokenUseFile(stateDirectory));
  const now = Date.now();
  const rows = await Promise.all(
    ids.map(async (id) => {
      const token = await folder.read(id).catch((error: Error) => error);
      if (token instanceof Error) return [id, "?", `nobody gets in with it: ${token.message}`, "", "", ""];
      if (!token) return [id, "?", "damaged, or of a newer benchd: nobody gets in with it", "", "", ""];
      const { name, grants, created, expires } = token;
      const ends = expires === null ? "never" : `${day(expires)}${Date.parse(expires) <= now ? " (over)" : ""}`;
      const used = uses.get(id) ?? null;
      return [id, name, grantText(grants), day(created), ends, used === null ? "never" : minute(used)];
    }),
  );
  for (const line of columns([["ID", "NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED"], ...rows]))
    shell.print(visible(line));
  return 0;
}

/** Local time, to the minute: the gateway notes it no oftener. */
const minute = (ms: number) => new Date(ms).toLocaleString("sv").slice(0, 16);
const day = (time: string) => minute(Date.parse(time));

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
