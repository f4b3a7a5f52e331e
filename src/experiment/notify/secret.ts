import { join } from "node:path";
import { NotificationError } from "../../experiment-errors.ts";
import { readPlainFile } from "../../plain-file.ts";
import type { SecretPlace } from "./notifier-config.ts";

/** What the environment says; the process's own belongs to the command line. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** No password is longer; bytes. */
const maxBytes = 8192;
/** It would end a header. */
const control = /\p{Cc}/u;

/** Read each time it is used, so that a new one needs no restart. Throws `NotificationError`, which names the place only. */
export async function secretOf(place: SecretPlace, environment: Environment): Promise<string> {
  const { where, read } = wayTo(place, environment);
  const text = (await read()).trim();
  if (text === "") throw new NotificationError(`${where} holds nothing: put the secret there, in one line`);
  if (control.test(text)) throw new NotificationError(`${where} holds more than one line: put the secret alone there`);
  return text;
}

/** What it is called, and how it is read. */
function wayTo(place: SecretPlace, environment: Environment) {
  if ("variable" in place)
    return { where: `the variable ${place.variable}`, read: async () => environment[place.variable] ?? "" };
  if ("file" in place) return { where: place.file, read: () => textOf(place.file) };
  const where = `the credential ${place.credential}`;
  const folder = environment["CREDENTIALS_DIRECTORY"];
  if (!folder)
    throw new NotificationError(`${where} is not there, as systemd has given none: add LoadCredential= to the unit`);
  return { where, read: () => textOf(join(folder, place.credential)) };
}

async function textOf(file: string): Promise<string> {
  try {
    const read = await readPlainFile(file, maxBytes);
    if (!read.bytes) throw new NotificationError(`${file}, which is to hold a secret: ${read.why}`);
    return read.bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof NotificationError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be read";
    throw new NotificationError(`${file}: ${why[code] ?? code}`, { cause });
  }
}

const why: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file, which is to hold a secret: make it, for benchd alone to read",
  EACCES: "benchd may not read the file, which is to hold a secret: change its owner or its mode",
};
