import type { Clock, Timer } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { NotificationError } from "../../experiment-errors.ts";
import type { Message, Post } from "./message.ts";
import { Pace } from "./pace.ts";
import { sendWithin } from "./send-within.ts";

export interface OutboxOptions {
  /** Of the notifier. */
  readonly name: string;
  readonly post: Post;
  /** The process clock. */
  readonly clock: Clock;
  /** What is to be told of an alarm as it is now; undefined when that is told already. */
  message(alarm: string): Message | undefined;
  /** That message is over: somebody has it, or it was given up. */
  over(alarm: string, message: Message): void;
  log(level: LogLevel, message: string): void;
}

const firstPauseMs = 5000;
const longestPauseMs = 3_600_000;
/** A change of an alarm tries again before the pause is over, but not sooner than this after the last try; milliseconds. */
const freshPauseMs = 60_000;
/** A message that was tried so often in vain is given up: after some six hours. */
const maxTries = 12;

/**
 * Brings the messages of one notifier on their way, one at a time; nobody waits for it. Of each alarm there is one message
 * at most to be sent, which tells how it is when it is sent. One that fails is tried again after pauses that grow, behind
 * those of other alarms, and is given up in the end.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pace: Pace;
  /** In the order in which they are tried: how often each message was tried in vain. */
  readonly #owed = new Map<string, { id: string; tries: number }>();
  /** Of all of them since the last that was taken. */
  #failures = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #sending: AbortController | undefined;
  #timer: Timer | undefined;
  #closed = false;
  /** Why the last try was in vain; undefined when it was not. */
  #error: string | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock);
  }

  get error(): string | undefined {
    return this.#error;
  }

  /** Whether something is still to be told of that alarm. */
  owes(alarm: string): boolean {
    return this.#owed.has(alarm);
  }

  /** Something has changed of an alarm. */
  owe(alarm: string): void {
    if (this.#closed) return;
    if (!this.#owed.has(alarm)) this.#owed.set(alarm, { id: "", tries: 0 });
    this.#notBefore = Math.min(this.#notBefore, this.#triedAt + freshPauseMs);
    this.#await();
  }

  /** Send nothing more; what has not been taken by now is still owed. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#sending?.abort(new NotificationError("benchd ends"));
  }

  #await(): void {
    if (this.#closed || this.#sending || this.#owed.size === 0) return;
    const { clock } = this.#options;
    const first = Math.min(...[...this.#owed.keys()].map((alarm) => this.#pace.notBefore(alarm)));
    this.#timer?.cancel();
    const waitMs = Math.max(0, first - clock.now(), this.#notBefore - clock.now());
    this.#timer = clock.after(waitMs, () => void this.#next());
  }

  /** Never rejects. */
  async #next(): Promise<void> {
    const now = this.#options.clock.now();
    const due = [...this.#owed.keys()].find((alarm) => this.#pace.notBefore(alarm) <= now);
    const message = due === undefined ? undefined : this.#options.message(due);
    if (due !== undefined && message) await this.#send(due, message);
    else if (due !== undefined) this.#owed.delete(due);
    this.#await();
  }

  async #send(alarm: string, message: Message): Promise<void> {
    const { clock, post } = this.#options;
    const sending = new AbortController();
    this.#sending = sending;
    this.#triedAt = clock.now();
    try {
      await sendWithin(post, message, clock, sending);
      if (!this.#closed) this.#taken(alarm, message);
    } catch (error) {
      if (!this.#closed) this.#failed(alarm, message, error instanceof Error ? error.message : String(error));
    } finally {
      this.#sending = undefined;
    }
  }

  #taken(alarm: string, message: Message): void {
    const { name, log } = this.#options;
    if (this.#error !== undefined) log("info", `${name} takes messages again`);
    this.#failures = 0;
    this.#notBefore = Number.NEGATIVE_INFINITY;
    this.#error = undefined;
    this.#pace.sent(alarm);
    this.#end(alarm, message);
  }

  #failed(alarm: string, message: Message, why: string): void {
    const { name, clock, log } = this.#options;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 3 ** this.#failures);
    this.#failures++;
    this.#notBefore = clock.now() + pauseMs;
    if (this.#error !== why) log("error", `${name} was not told of ${alarm}: ${why}; it is tried again`);
    this.#error = why;
    const owed = this.#owed.get(alarm);
    const tries = owed?.id === message.id ? owed.tries + 1 : 1;
    // Behind the others: it may be this message that is not taken.
    this.#owed.delete(alarm);
    if (tries < maxTries) this.#owed.set(alarm, { id: message.id, tries });
    else {
      log("error", `${name} was never told of ${alarm}: given up after ${tries} tries (${why})`);
      this.#end(alarm, message);
    }
  }

  #end(alarm: string, message: Message): void {
    this.#owed.delete(alarm);
    this.#options.over(alarm, message);
    // It may have changed while that was sent.
    if (this.#options.message(alarm)) this.#owed.set(alarm, { id: "", tries: 0 });
  }
}
