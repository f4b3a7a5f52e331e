import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Told } from "./ask.ts";
import type { Link } from "./link.ts";
import type { ReplyAddress } from "./reply-address.ts";
import { Seldom } from "./seldom.ts";

/** Whether another answer comes: this is the last one, another comes at the end, or the end is told elsewhere only. */
export type Final = "true" | "false" | "elsewhere";

interface AnswersOptions {
  readonly link: Link;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

/** So many are on their way to the broker, and some more for what stops: fewer than a connection lets wait. */
const maxUnderWay = 500;
const spare = 200;
/** And weigh together about so much, for those that are about no stop; bytes. */
const maxBytes = 16 * 1024 * 1024;
/** What topic and properties of an answer come to at the most; bytes. */
const besidePayload = 4096;

/** Tells whoever asked how it went. What the broker does not take in time, nobody is told: the request was done all the same. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #lost: Seldom;
  #underWay = 0;
  #bytes = 0;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#lost = new Seldom(options);
  }

  /** None is on its way. */
  get isAtRest(): boolean {
    return this.#underWay === 0;
  }

  /** `first`: it is about a stop. Never throws. */
  tell(address: ReplyAddress | undefined, told: Told, final: Final, first = false): void {
    if (!address) return;
    if (this.#underWay >= maxUnderWay + (first ? spare : 0))
      return void this.#lose("too many answers are on their way");
    const bytes = Buffer.byteLength(told.body);
    if (!first && this.#bytes + bytes > maxBytes) return void this.#lose("the answers on their way are too large");
    this.#underWay++;
    this.#bytes += bytes;
    this.#publish(address, told, final)
      .catch((error: unknown) => this.#lose(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#underWay--;
        this.#bytes -= bytes;
      });
  }

  async #publish({ topic, correlationData }: ReplyAddress, told: Told, final: Final): Promise<void> {
    const { link } = this.#options;
    const { status, headers, body } = told;
    const id = invocationOf(told)?.id;
    const fits = Buffer.byteLength(body) + besidePayload <= link.largestMessage;
    const type = headers["content-type"];
    await link.publish({
      topic,
      // That it was done is told by the status, however long the story is.
      payload: fits ? body : JSON.stringify(invocationOf(told) ?? {}),
      properties: {
        ...(correlationData !== undefined && { correlationData }),
        ...(type !== undefined && { contentType: type }),
        userProperties: {
          status: String(status),
          final,
          ...(type !== undefined && { "content-type": type }),
          ...(id !== undefined && { invocation: id }),
          ...(!fits && { shortened: "true" }),
          ...(headers["idempotent-replayed"] !== undefined && { replayed: "true" }),
          ...(headers["retry-after"] !== undefined && { "retry-after": headers["retry-after"] }),
        },
      },
    });
  }

  #lose(why: string): void {
    this.#lost.warn((count) => `MQTT: ${count} answers have reached nobody since benchd was started: ${why}`);
  }
}

/** Which invocation an answer is about, and how it was then; undefined for one about none. */
export function invocationOf({ status, body }: Pick<Told, "status" | "body">) {
  if (status >= 300) return undefined;
  const { id, status: now } = (parsed(body) ?? {}) as { readonly id?: unknown; readonly status?: unknown };
  return typeof id === "string" && typeof now === "string" ? { id, status: now } : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
