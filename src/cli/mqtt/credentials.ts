import { createHash, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { ConfigError } from "../../errors.ts";
import { type Environment, secretOf } from "../../experiment/notify/secret.ts";
import { NotificationError } from "../../experiment-errors.ts";
import type { Config } from "../../gateway/config/config.ts";
import type { BrokerTls, MqttConfig } from "../../gateway/config/mqtt.ts";
import { isPair, readPair } from "../../gateway/tls/pair.ts";
import type { SessionOptions } from "../../mqtt/session.ts";
import { readPlainFile } from "../../plain-file.ts";

/** By what a gateway is known to its broker, and the broker to it. */
export type Credentials = Pick<SessionOptions, "user" | "password" | "tls">;

/** As they are now: read anew for each connection. Rejects where a file or a secret cannot be read. */
export async function credentialsOf(
  { user, password, tls }: Pick<MqttConfig, "user" | "password" | "tls">,
  environment: Environment,
): Promise<Credentials> {
  return {
    user,
    password: password && (await secretOf(password, environment)),
    tls: tls && (await trustOf(tls)),
  };
}

/** Tells whether those are others, and none of them. */
export const digestOf = ({ user, password, tls }: Credentials): string =>
  createHash("sha256")
    .update(JSON.stringify([user, password, tls?.ca, tls?.cert, tls?.key]))
    .digest("hex");

/** As they are now; throws `ConfigError`, which says where, when no connection could be made with them. */
export async function soundCredentials(
  { at }: Pick<Config, "at">,
  mqtt: MqttConfig,
  environment: Environment,
): Promise<Credentials> {
  const { ca, certificate, key } = mqtt.tls ?? {};
  if (certificate !== undefined && key !== undefined) {
    const pair = await readPair({ certificate, key });
    if (!isPair(pair)) throw new ConfigError(`${at("mqtt", "tls", pair.of)}: ${pair.message}`);
  }
  if (ca !== undefined) await assertTrusts(ca, at("mqtt", "tls", "ca"));
  try {
    return await credentialsOf(mqtt, environment);
  } catch (cause) {
    if (!(cause instanceof NotificationError) || !mqtt.password) throw cause;
    throw new ConfigError(`${at("mqtt", placeOf(mqtt.password))}: ${cause.message}`, { cause });
  }
}

const placeOf = (password: NonNullable<MqttConfig["password"]>) =>
  "file" in password ? "passwordFile" : "variable" in password ? "passwordVariable" : "passwordCredential";

/** A system's whole list of certificates takes a quarter of that; bytes. */
const maxPemBytes = 1024 * 1024;

async function pemIn(file: string): Promise<string> {
  const read = await readPlainFile(file, maxPemBytes);
  if (!read.bytes) throw new ConfigError(`${file}: ${read.why}`);
  return read.bytes.toString("utf8");
}

async function assertTrusts(file: string, place: string): Promise<void> {
  try {
    const ca = await pemIn(file);
    // Else what is no certificate would be passed over, and nobody trusted.
    new X509Certificate(ca);
    createSecureContext({ ca });
  } catch (cause) {
    if (cause instanceof ConfigError) throw new ConfigError(`${place}: ${cause.message}`, { cause });
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = unread[code] ?? "holds no certificates in PEM, which begin with -----BEGIN CERTIFICATE-----";
    throw new ConfigError(`${place}: ${file} ${why}`, { cause });
  }
}

const unread: Readonly<Record<string, string>> = {
  ENOENT: "is not there: put the certificate there that your broker's is signed by",
  EACCES: "may not be read by this user: change its owner or its mode",
};

async function trustOf({ ca, certificate, key }: BrokerTls) {
  return {
    ...(ca !== undefined && { ca: await pemIn(ca) }),
    ...(certificate !== undefined && { cert: await pemIn(certificate) }),
    ...(key !== undefined && { key: await pemIn(key) }),
  };
}
