import { resolve } from "node:path";
import type { MailConfig, NotifierConfig, WebhookConfig } from "../../experiment/notify/notifier-config.ts";
import { isThisMachine } from "../../experiment/notify/this-machine.ts";
import { addressMistake } from "../../experiment/notify/webhook.ts";
import { Type } from "../../typebox.ts";
import { checkEntryName, oneOf } from "./entry.ts";
import type { ConfigFile, Path } from "./file.ts";
import { fits, soundFields } from "./judge.ts";
import { credentialSchema, fileSchema, secretAt, variableSchema } from "./secret-place.ts";

const notifierSchema = Type.Object(
  { mail: Type.Optional(Type.Unknown()), webhook: Type.Optional(Type.Unknown()) },
  { additionalProperties: false },
);

const mailAddress = Type.String({
  pattern: '^[^\\s<>",;:()@]+@[^\\s<>",;:()@]+$',
  maxLength: 254,
  expects: "a mail address, such as bench@lab.example",
});

const mailSchema = Type.Object(
  {
    host: Type.String({
      pattern: "^([A-Za-z0-9._-]+|[0-9A-Fa-f:.]+)$",
      maxLength: 255,
      expects: "the name of a mail server",
    }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, expects: "a port from 1 to 65535" })),
    tls: Type.Optional(Type.Enum(["implicit", "starttls", "none"])),
    ca: Type.Optional(fileSchema("certificates in PEM, such as ./lab-ca.pem")),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
    passwordFile: Type.Optional(fileSchema("the password")),
    passwordVariable: Type.Optional(variableSchema),
    passwordCredential: Type.Optional(credentialSchema),
    from: mailAddress,
    to: Type.Unknown({ description: "a list of mail addresses, as [ada@lab.example]" }),
  },
  { additionalProperties: false },
);
const recipientsSchema = Type.Array(mailAddress, { minItems: 1, maxItems: 50, expects: "a list of mail addresses" });

const webhookSchema = Type.Object(
  {
    url: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2000, expects: "an address, such as https://chat.lab.example/hook" }),
    ),
    urlFile: Type.Optional(fileSchema("the address")),
    urlVariable: Type.Optional(variableSchema),
    urlCredential: Type.Optional(credentialSchema),
    tokenFile: Type.Optional(fileSchema("the token")),
    tokenVariable: Type.Optional(variableSchema),
    tokenCredential: Type.Optional(credentialSchema),
  },
  { additionalProperties: false },
);

/** The ports that mail servers have for it. */
const usualPorts = { implicit: 465, starttls: 587, none: 25 } as const;

/** One entry below `notifiers:`; undefined when nobody can tell where its messages are to go. */
export function readNotifier(
  source: ConfigFile,
  directory: string,
  name: string,
  content: unknown,
): NotifierConfig | undefined {
  const path = ["notifiers", name];
  checkEntryName(source, path, "a notifier");
  const { mail, webhook } = soundFields(source, notifierSchema, content, path);
  const kind = oneOf(source, path, ["mail", "webhook"]);
  if (kind === undefined) return undefined;
  const at = [...path, kind];
  const way = kind === "mail" ? readMail(source, directory, at, mail) : readWebhook(source, directory, at, webhook);
  return way && { name, way };
}

function readMail(source: ConfigFile, directory: string, path: Path, content: unknown): MailConfig | undefined {
  const fields = soundFields(source, mailSchema, content, path);
  const { host, tls = "starttls", port = usualPorts[tls], ca, user, from, to } = fields;
  const password = secretAt(source, path, "password", directory, {
    file: fields.passwordFile,
    variable: fields.passwordVariable,
    credential: fields.passwordCredential,
  });
  if (user !== undefined && !password)
    source.mistake(
      [...path, "user"],
      `${user} needs a password: add passwordFile:, passwordVariable: or passwordCredential:`,
    );
  if (user === undefined && password)
    source.mistake(path, "nobody has that password: add user:, or leave the password out");
  if (tls === "none" && password && host !== undefined && !isThisMachine(host))
    source.mistake([...path, "tls"], "without TLS everybody on the way could read the password: leave one of them out");
  const sound = source.has([...path, "to"]) && fits(source, recipientsSchema, to, [...path, "to"]);
  if (host === undefined || from === undefined || !sound) return undefined;
  const known = ca === undefined ? undefined : resolve(directory, ca);
  return { kind: "mail", host, port, tls, ca: known, user, password, from, to };
}

function readWebhook(source: ConfigFile, directory: string, path: Path, content: unknown): WebhookConfig | undefined {
  const fields = soundFields(source, webhookSchema, content, path);
  const token = secretAt(source, path, "token", directory, {
    file: fields.tokenFile,
    variable: fields.tokenVariable,
    credential: fields.tokenCredential,
  });
  const named = oneOf(source, path, ["url", "urlFile", "urlVariable", "urlCredential"]);
  if (named !== "url") {
    const url = secretAt(source, [], "url", directory, {
      file: fields.urlFile,
      variable: fields.urlVariable,
      credential: fields.urlCredential,
    });
    return named === undefined || !url ? undefined : { kind: "webhook", url, token };
  }
  if (fields.url === undefined) return undefined;
  const mistake = addressMistake(fields.url, token !== undefined);
  if (mistake !== undefined) source.mistake([...path, "url"], `"url" ${mistake}`);
  return mistake === undefined ? { kind: "webhook", url: fields.url, token } : undefined;
}
