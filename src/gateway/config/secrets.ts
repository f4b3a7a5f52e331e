import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { NotifierConfig, SecretPlace } from "../../experiment/notify/notifier-config.ts";
import type { Config } from "./config.ts";

/** Where the secrets of a notifier are. */
const placesOf = ({ way }: NotifierConfig): readonly SecretPlace[] =>
  (way.kind === "mail" ? [way.password] : [way.token, typeof way.url === "string" ? undefined : way.url]).filter(
    (place) => place !== undefined,
  );

/** Files with secrets for the broker. */
const brokerSecrets = (mqtt: Config["mqtt"]): readonly string[] =>
  [mqtt?.password && "file" in mqtt.password ? mqtt.password.file : undefined, mqtt?.tls?.key].filter(
    (file) => file !== undefined,
  );

/** The credentials of systemd that it names, and where it does. */
export function credentialsOf({
  notifiers = [],
  mqtt,
  at,
}: Config): readonly { readonly name: string; readonly at: string }[] {
  const named = (places: readonly SecretPlace[], where: string) =>
    places.flatMap((place) => ("credential" in place ? [{ name: place.credential, at: where }] : []));
  return [
    ...notifiers.flatMap((one) => named(placesOf(one), at("notifiers", one.name))),
    ...(mqtt?.password ? named([mqtt.password], at("mqtt")) : []),
  ];
}

/** The files that notifiers, schedules and MQTT read: secrets, certificates, procedures. */
export function filesToRead({
  notifiers = [],
  schedules = [],
  mqtt,
}: Pick<Config, "notifiers" | "schedules" | "mqtt">): readonly string[] {
  const secrets = notifiers.flatMap(placesOf).flatMap((place) => ("file" in place ? [place.file] : []));
  const authorities = notifiers.flatMap(({ way }) => (way.kind === "mail" && way.ca !== undefined ? [way.ca] : []));
  const procedures = schedules.flatMap(({ job }) => (job.kind === "procedure" ? [job.procedure] : []));
  const { ca, certificate } = mqtt?.tls ?? {};
  const broker = [...brokerSecrets(mqtt), ca, certificate].filter((file) => file !== undefined);
  return [...new Set([...secrets, ...authorities, ...broker, ...procedures.filter(isAbsolute)])];
}

/** Of files with secrets: those that are not there, and those that everybody on this machine can read. */
export async function secretWarnings({ notifiers = [], mqtt, at }: Config): Promise<readonly string[]> {
  const warnings = notifiers.map(async (notifier) => {
    const files = placesOf(notifier).flatMap((place) => ("file" in place ? [place.file] : []));
    return told(await Promise.all(files.map(warningOf)), at("notifiers", notifier.name));
  });
  const ofBroker = Promise.all(brokerSecrets(mqtt).map(warningOf)).then((found) => told(found, at("mqtt")));
  return (await Promise.all([...warnings, ofBroker])).flat();
}

const told = (found: readonly (string | undefined)[], where: string) =>
  found.flatMap((warning) => (warning === undefined ? [] : [`${where}: ${warning}`]));

async function warningOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error.code);
  // Who checks may not be who is to read it.
  if (found === "EACCES") return undefined;
  if (found === undefined || typeof found === "string")
    return `${file}, which is to hold a secret, is not there: nobody is told until it is`;
  if ((found.mode & 0o007) === 0) return undefined;
  return `${file} holds a secret, and is open to everybody on this machine: chmod o= ${file}`;
}
