import { NotificationError } from "../../experiment-errors.ts";
import { jsonOf, type Message, type Post } from "./message.ts";
import type { WebhookConfig } from "./notifier-config.ts";
import { type Environment, secretOf } from "./secret.ts";
import { isThisMachine } from "./this-machine.ts";

/** Sends messages by POST, in JSON; to https:// only to what proves who it is. */
export class Webhook implements Post {
  readonly #config: WebhookConfig;
  readonly #environment: Environment;

  constructor(config: WebhookConfig, environment: Environment) {
    this.#config = config;
    this.#environment = environment;
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { url, token } = this.#config;
    const text = typeof url === "string" ? url : await secretOf(url, this.#environment);
    const mistake = addressMistake(text, token !== undefined || typeof url !== "string");
    if (mistake !== undefined) throw new NotificationError(`the address ${mistake}`);
    const address = new URL(text);
    const secret = token && (await secretOf(token, this.#environment));
    const headers = {
      "content-type": "application/json",
      "idempotency-key": message.id,
      ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
    };
    const answer = await fetch(address, {
      method: "POST",
      headers,
      body: jsonOf(message),
      redirect: "manual",
      signal,
    }).catch((cause: unknown) => {
      throw new NotificationError(`nothing answers at ${address.host}: ${reasonOf(cause)}`, { cause });
    });
    // Nobody reads what it says, of whatever length.
    await answer.body?.cancel().catch(() => {});
    if (answer.ok) return;
    const remedy = answer.status >= 300 && answer.status < 400 ? ", another address: name that" : "";
    throw new NotificationError(`${address.host} answers with status ${answer.status}${remedy}`);
  }
}

/** Why nothing may be sent there; undefined when it may. Neither repeats the address, which may be a secret. */
export function addressMistake(text: string, secret: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) return "has to begin with https:// and name a host";
  if (url.username !== "" || url.password !== "") return "holds a name or a password: put a token into tokenFile:";
  if (url.protocol === "http:" && secret && !isThisMachine(url.hostname))
    return "is none of https://, so that everybody on the way could read its secret: name it by https://";
  return undefined;
}

/** What Node says is in the cause: "fetch failed" alone helps nobody. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const told = cause instanceof Error ? cause : error;
  if (!(told instanceof Error)) return String(told);
  const code = "code" in told ? String(told.code) : "";
  return told.message || code || told.name;
}
