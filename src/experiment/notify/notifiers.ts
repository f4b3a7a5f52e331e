import type { Clock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { Mail } from "./mail.ts";
import type { Message, Post } from "./message.ts";
import type { NotifierConfig } from "./notifier-config.ts";
import { Outbox } from "./outbox.ts";
import type { Environment } from "./secret.ts";
import { Webhook } from "./webhook.ts";

/** What brings messages to where a notifier says. */
export function postOf({ way }: NotifierConfig, environment: Environment): Post {
  return way.kind === "mail" ? new Mail(way, environment) : new Webhook(way, environment);
}

interface Parts {
  readonly configs: readonly NotifierConfig[];
  readonly environment: Environment;
  /** The process clock. */
  readonly clock: Clock;
  /** What a notifier is to be told of an alarm; undefined when it knows. */
  message(notifier: string, alarm: string): Message | undefined;
  over(notifier: string, alarm: string, message: Message): void;
  log(level: LogLevel, message: string): void;
}

/** Those who tell people, by name. */
export class Notifiers {
  readonly #all: ReadonlyMap<string, Outbox>;

  constructor({ configs, environment, clock, message, over, log }: Parts) {
    const outbox = (config: NotifierConfig) =>
      new Outbox({
        ...{ name: config.name, post: postOf(config, environment), clock, log },
        message: (alarm) => message(config.name, alarm),
        over: (alarm, told) => over(config.name, alarm, told),
      });
    this.#all = new Map(configs.map((config) => [config.name, outbox(config)]));
  }

  get(name: string): Outbox | undefined {
    return this.#all.get(name);
  }

  close(): void {
    for (const outbox of this.#all.values()) outbox.close();
  }
}
