import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { NotifierConfig, SecretPlace } from "../../experiment/notify/notifier-config.ts";
import type { Config } from "./config.ts";

/** Where the secrets of a notifier are. */
const placesOf = ({ way }: NotifierConfig): readonly SecretPlace[] =>
  (way.kind === "mail" ? [way.password] : [way.token, typeof way.url === "string" ? undefined : way.url]).filter(
    (place) => place !== undefined,
  );

/** The files that notifiers and schedules read: secrets, certificates, procedures. */
export function filesToRead({
  notifiers = [],
  schedules = [],
}: Pick<Config, "notifiers" | "schedules">): readonly string[] {
  const secrets = notifiers.flatMap(placesOf).flatMap((place) => ("file" in place ? [place.file] : []));
  const authorities = notifiers.flatMap(({ way }) => (way.kind === "mail" && way.ca !== undefined ? [way.ca] : []));
  const procedures = schedules.flatMap(({ job }) => (job.kind === "procedure" ? [job.procedure] : []));
  return [...new Set([...secrets, ...authorities, ...procedures.filter(isAbsolute)])];
}

/** Of files with secrets: those that are not there, and those that everybody on this machine can read. */
export async function secretWarnings({ notifiers = [], at }: Config): Promise<readonly string[]> {
  const warnings = notifiers.map(async (notifier) => {
    const files = placesOf(notifier).flatMap((place) => ("file" in place ? [place.file] : []));
    const found = await Promise.all(files.map(warningOf));
    return found.flatMap((warning) => (warning === undefined ? [] : [`${at("notifiers", notifier.name)}: ${warning}`]));
  });
  return (await Promise.all(warnings)).flat();
}

async function warningOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error.code);
  // Who checks may not be who is to read it.
  if (found === "EACCES") return undefined;
  if (found === undefined || typeof found === "string")
    return `${file}, which is to hold a secret, is not there: nobody is told until it is`;
  if ((found.mode & 0o007) === 0) return undefined;
  return `${file} holds a secret, and is open to everybody on this machine: chmod o= ${file}`;
}
