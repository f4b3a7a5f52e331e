import { resolve } from "node:path";
import type { SecretPlace } from "../../experiment/notify/notifier-config.ts";
import { Type } from "../../typebox.ts";
import type { ConfigFile, Path } from "./file.ts";

/** Of a setting that names a file; `what` is in it. */
export const fileSchema = (what: string) =>
  Type.String({ minLength: 1, maxLength: 4096, expects: `the path of a file with ${what}` });
/** Of a setting that names a variable which holds a secret. */
export const variableSchema = Type.String({
  pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
  maxLength: 200,
  expects: "the name of a variable of benchd's environment, such as SMTP_PASSWORD",
});
/** Where it says that a secret is; undefined where it says nothing. */
export function secretAt(
  source: ConfigFile,
  path: Path,
  what: string,
  directory: string,
  inFile: string | undefined,
  inVariable: string | undefined,
): SecretPlace | undefined {
  if (inFile !== undefined && inVariable !== undefined)
    source.mistake([...path, `${what}Variable`], `${what}File: says where it is already: leave one out`, "key");
  if (inFile !== undefined) return { file: resolve(directory, inFile) };
  return inVariable === undefined ? undefined : { variable: inVariable };
}
