import { resolve } from "node:path";
import type { Grant } from "../../access/principal.ts";
import { scopes } from "../../access/scope.ts";
import { didYouMean } from "../../did-you-mean.ts";
import type { SecretPlace } from "../../experiment/notify/notifier-config.ts";
import { isThisMachine } from "../../experiment/notify/this-machine.ts";
import { Type } from "../../typebox.ts";
import type { ConfigFile, Path } from "./file.ts";
import { fits, soundFields } from "./judge.ts";
import { credentialSchema, fileSchema, secretAt, variableSchema } from "./secret-place.ts";

/** Whose requests are taken from the broker: nobody's, whose message brings a token, or everybody's, with these grants. */
export type MqttRequests = "off" | "tokens" | readonly Grant[];

/** Files in PEM, by absolute paths. */
export interface BrokerTls {
  /** Whom to trust, instead of those whom Node trusts. */
  readonly ca: string | undefined;
  /** By which benchd proves who it is, with the key. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** The broker that is told what happens. */
export interface MqttConfig {
  readonly host: string;
  readonly port: number;
  /** Undefined for a broker without TLS. */
  readonly tls: BrokerTls | undefined;
  /** All topics begin with the prefix and the gateway's name. */
  readonly prefix: string;
  readonly gateway: string;
  readonly user: string | undefined;
  readonly password: SecretPlace | undefined;
  /** The Things that are told of; undefined for all of them. */
  readonly things: readonly string[] | undefined;
  readonly requests: MqttRequests;
}

const mqttSchema = Type.Object(
  {
    broker: Type.String({
      pattern: "^mqtts?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$",
      maxLength: 300,
      expects: "an address without a password, such as mqtts://broker.lab.example:8883",
    }),
    gateway: Type.String({
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      expects: "the name of this gateway in topics, such as bench-3: letters, digits, _ and -, at most 64",
    }),
    prefix: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        maxLength: 200,
        expects: "what topics begin with, such as benchd or site/lab-2",
      }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
    passwordFile: Type.Optional(fileSchema("the password")),
    passwordVariable: Type.Optional(variableSchema),
    passwordCredential: Type.Optional(credentialSchema),
    tls: Type.Optional(Type.Unknown()),
    things: Type.Optional(Type.Unknown()),
    requests: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

const tlsSchema = Type.Object(
  {
    ca: Type.Optional(fileSchema("certificates in PEM, such as ./lab-ca.pem")),
    certificate: Type.Optional(fileSchema("a certificate in PEM")),
    key: Type.Optional(fileSchema("its private key in PEM")),
  },
  { additionalProperties: false },
);

const thingsSchema = Type.Array(Type.String(), { maxItems: 1000, expects: "a list of Things, as [pump, valve]" });

/** `mqtt:`; undefined where nobody can tell which broker it is, or as whom. `known` are the Things of the file. */
export function readMqtt(
  source: ConfigFile,
  directory: string,
  content: unknown,
  known: readonly string[],
): MqttConfig | undefined {
  const path = ["mqtt"];
  const fields = soundFields(source, mqttSchema, content, path);
  const { broker, gateway, prefix = "benchd", user } = fields;
  const password = secretAt(source, path, "password", directory, {
    file: fields.passwordFile,
    variable: fields.passwordVariable,
    credential: fields.passwordCredential,
  });
  if (user === undefined && password)
    source.mistake(path, "nobody has that password: add user:, or leave the password out");
  const url = broker === undefined ? undefined : addressOf(source, broker);
  const tls = readBrokerTls(source, directory, [...path, "tls"], fields.tls, url?.secure ?? true);
  if (url && !url.secure && password && !isThisMachine(url.host))
    source.mistake(
      [...path, "broker"],
      "without TLS everybody on the way could read the password: name it by mqtts://",
    );
  const things = source.has([...path, "things"])
    ? readThings(source, [...path, "things"], fields.things, known)
    : undefined;
  const requests = readRequests(source, [...path, "requests"], fields.requests, things ?? known);
  if (!url || gateway === undefined) return undefined;
  const { host, port, secure } = url;
  return { host, port, tls: secure ? tls : undefined, prefix, gateway, user, password, things, requests };
}

/** The parts of `mqtts://host:port`, as the schema has let it pass. */
function addressOf(source: ConfigFile, broker: string) {
  const [, scheme, name = "", digits] = /^(mqtts?):\/\/(.+?)(?::(\d+))?\/?$/.exec(broker) ?? [];
  const secure = scheme === "mqtts";
  const port = digits === undefined ? (secure ? 8883 : 1883) : Number(digits);
  if (port < 1 || port > 65535)
    source.mistake(["mqtt", "broker"], `there is no port ${digits}: name one from 1 to 65535`);
  return { host: name.replaceAll(/[[\]]/g, ""), port, secure };
}

function readBrokerTls(
  source: ConfigFile,
  directory: string,
  path: Path,
  content: unknown,
  secure: boolean,
): BrokerTls {
  const nothing = { ca: undefined, certificate: undefined, key: undefined };
  if (content === undefined) return nothing;
  if (!secure) source.mistake(path, "tls: goes with a broker by mqtts:// only: name it so, or leave tls: out", "key");
  const { ca, certificate, key } = soundFields(source, tlsSchema, content, path);
  if ((certificate === undefined) !== (key === undefined))
    source.mistake(path, "a certificate goes with its key: add the other one, or leave both out");
  const absolute = (file: string | undefined) => (file === undefined ? undefined : resolve(directory, file));
  return { ca: absolute(ca), certificate: absolute(certificate), key: absolute(key) };
}

function readThings(source: ConfigFile, path: Path, content: unknown, known: readonly string[]): readonly string[] {
  if (!fits(source, thingsSchema, content, path)) return [];
  for (const [at, name] of content.entries())
    if (!known.includes(name))
      source.mistake(
        [...path, String(at)],
        `there is no Thing "${name}"${didYouMean(name, known) || ": name one below things:"}`,
      );
  return content;
}

const requestsSchema = Type.Array(Type.String({ maxLength: 10_000 }), {
  minItems: 1,
  maxItems: 100,
  expects: `a list of scopes, as [read, "operate:pump,valve"]`,
});

/** `told` are the Things that may be named. */
function readRequests(source: ConfigFile, path: Path, content: unknown, told: readonly string[]): MqttRequests {
  // YAML 1.1 reads `off` as false, and so may who has written it.
  if (content === undefined || content === "off" || content === false) return "off";
  if (content === "tokens") return "tokens";
  if (typeof content === "string") {
    source.mistake(
      path,
      `"requests" is off, tokens, or a list of scopes, as [read, "operate:pump,valve"], not "${content.slice(0, 60)}"`,
    );
    return "off";
  }
  if (!fits(source, requestsSchema, content, path)) return "off";
  return content.flatMap((text, at) => grantIn(source, [...path, String(at)], text, told) ?? []);
}

function grantIn(source: ConfigFile, path: Path, text: string, told: readonly string[]): Grant | undefined {
  const colon = text.indexOf(":");
  const name = colon === -1 ? text : text.slice(0, colon);
  const scope = scopes.find((one) => one === name);
  if (scope === undefined) {
    source.mistake(
      path,
      `there is no scope "${name}"${didYouMean(name, scopes) || `: it is one of ${scopes.join(", ")}`}`,
    );
    return undefined;
  }
  if (colon === -1) return { scope };
  const things = text
    .slice(colon + 1)
    .split(",")
    .map((one) => one.trim());
  const unknown = things.find((one) => !told.includes(one));
  if (unknown === undefined) return { scope, things };
  source.mistake(
    path,
    `there is no Thing "${unknown}" that is told of${didYouMean(unknown, told) || ": name one of things:"}`,
  );
  return undefined;
}
