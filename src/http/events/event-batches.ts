import type { BenchEvent, NumberedEvent } from "../../events/event.ts";
import type { EventLog } from "../../events/event-log.ts";
import { idOf, message } from "./sse-message.ts";

/** What a subscriber is told, and how. */
export interface Subscription {
  /** Asked for each event, so it has to be quick. Those that share the function share what is made of it. */
  wants(event: BenchEvent): boolean;
  /**
   * The type of the message, and its text in one line; `at` is when it happened, where its id is to begin with that. Those
   * that share the function share what it returns.
   */
  encode(told: NumberedEvent): { readonly event: string; readonly data: string; readonly at?: number };
  /** Whether it is told how many events of all kinds it has missed, unless it is not to know of all of them; it is unless told. */
  readonly tellsMissed?: boolean;
}

/** What is sent at a time. */
interface Batch extends Subscription {
  readonly from: number;
  /** The number of the last event that it tells of, or that is not wanted. */
  readonly to: number;
  readonly last: number;
  readonly bytes: Buffer;
}

/** More is not sent to one at a time; characters. */
const batchLength = 16 * 1024;
/** Nor are more looked at for one. */
const batchEvents = 1000;

/** Makes of events what is sent, for those who are at the same place and want the same only once. */
export class EventBatches {
  readonly #log: EventLog;
  readonly #messages = new Map<Subscription["encode"], Map<number, string>>();
  #latest: Batch | undefined;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** What follows upon event number `from`, as much as is sent at a time. */
  after(from: number, { wants, encode }: Subscription): Batch {
    const { last } = this.#log;
    const latest = this.#latest;
    const same = latest?.from === from && latest.last === last && latest.wants === wants && latest.encode === encode;
    if (same && latest) return latest;
    let text = "";
    let to = from;
    while (to < last && text.length < batchLength && to - from < batchEvents) {
      const told = this.#log.get(++to);
      if (told && wants(told.event)) text += this.#message(told, encode);
    }
    this.#latest = { wants, encode, from, to, last, bytes: Buffer.from(text) };
    return this.#latest;
  }

  /** All have been sent what was made. */
  forget(): void {
    this.#latest = undefined;
    this.#messages.clear();
  }

  #message(told: NumberedEvent, encode: Subscription["encode"]): string {
    const made = this.#messages.get(encode) ?? new Map<number, string>();
    this.#messages.set(encode, made);
    const text = made.get(told.number) ?? this.#write(told, encode);
    made.set(told.number, text);
    return text;
  }

  #write(told: NumberedEvent, encode: Subscription["encode"]): string {
    const { at, ...text } = encode(told);
    return message(idOf(this.#log.epoch, told.number, at), text);
  }
}
