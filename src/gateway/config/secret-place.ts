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
/** Of a setting that names a credential of systemd. */
export const credentialSchema = Type.String({
  pattern: "^[A-Za-z0-9_-][A-Za-z0-9_.-]*$",
  maxLength: 200,
  expects: "the name of a credential that systemd gives to benchd (LoadCredential=), such as smtp-password",
});

/** In which of the three ways it is said. */
interface Said {
  readonly file: string | undefined;
  readonly variable: string | undefined;
  readonly credential: string | undefined;
}

/** Where it says that a secret is; undefined where it says nothing. `what` is `password`, of which there is `passwordFile`. */
export function secretAt(
  source: ConfigFile,
  path: Path,
  what: string,
  directory: string,
  { file, variable, credential }: Said,
): SecretPlace | undefined {
  const there = Object.entries({ File: file, Variable: variable, Credential: credential });
  const [first, ...more] = there.flatMap(([way, named]) => (named === undefined ? [] : [`${what}${way}`]));
  for (const one of more) source.mistake([...path, one], `${first}: says where it is already: leave one out`, "key");
  if (file !== undefined) return { file: resolve(directory, file) };
  if (variable !== undefined) return { variable };
  return credential === undefined ? undefined : { credential };
}
