import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Frame } from "../../invocation/frame.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import type { PosedQuestion } from "../../posed-question.ts";
import type { TSchema } from "../../typebox.ts";
import { runInputOf } from "../runs/run-record.ts";

/** How it is with a question; it leaves `open` once. */
export type PromptState = "open" | "answered" | "expired" | "withdrawn";

/** Which invocation asks. */
export type Asking = Pick<Invocation, "id" | "thing" | "action" | "input">;

/** A question that somebody at the bench is asked, and how that has ended. */
export class Prompt {
  readonly id = randomUUID();
  /** The Thing whose action asks, which may be a step of the invocation; and that action. */
  readonly thing: string;
  readonly action: string;
  readonly invocation: Pick<Asking, "id" | "thing" | "action">;
  /** Of the run that asks; undefined for all else. */
  readonly title: string | undefined;
  /** Whoever may use all of these may answer. */
  readonly things: readonly string[];
  readonly message: string;
  /** Wall clock, milliseconds. */
  readonly askedAt = Date.now();
  readonly timeoutMs: number | undefined;
  /** When nobody answers in time. */
  readonly onTimeout: "fail" | "answer";
  readonly #clock: Clock;
  readonly #askedTick: number;
  #question: PosedQuestion | undefined;
  #state: PromptState = "open";
  #endedAt: number | undefined;
  #by: string | undefined;

  constructor(question: PosedQuestion, { owner, name, clock, root }: Frame, { id, thing, action, input }: Asking) {
    this.thing = owner.name;
    this.action = name;
    this.invocation = { id, thing, action };
    this.title = runInputOf({ thing, action, input })?.title;
    this.things = root.owner.standsFor ?? [thing];
    this.message = question.message;
    this.timeoutMs = question.timeoutMs;
    this.onTimeout = question.otherwise ? "answer" : "fail";
    this.#clock = clock;
    this.#askedTick = clock.now();
    this.#question = question;
  }

  get state(): PromptState {
    return this.#state;
  }
  /** What an answer looks like, while one is awaited; undefined where one only says that it is done. */
  get schema(): TSchema | undefined {
    return this.#question?.schema;
  }
  /** For how long it is still open; milliseconds of bench time, undefined without a limit. */
  get leftMs(): number | undefined {
    if (this.timeoutMs === undefined || this.#state !== "open") return undefined;
    return Math.max(0, this.#askedTick + this.timeoutMs - this.#clock.now());
  }
  /** Wall clock, milliseconds. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }
  /** Who has answered. */
  get answeredBy(): string | undefined {
    return this.#by;
  }

  /** What was answered, as the action gets it; throws `InputError`. */
  accept(given: unknown): unknown {
    return this.#question?.accept(given);
  }

  /** False when it has ended before. */
  end(state: Exclude<PromptState, "open">, by?: string): boolean {
    if (this.#state !== "open") return false;
    this.#state = state;
    this.#endedAt = Date.now();
    this.#by = by;
    // It is remembered for a while; what belongs to the driver need not be.
    this.#question = undefined;
    return true;
  }
}
