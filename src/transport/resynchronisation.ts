import type { Clock, Timer } from "../clock.ts";
import type { OwedReplies } from "./owed-replies.ts";
import { printable } from "./printable.ts";
import { Proof, type Questions } from "./proof.ts";
import type { Resync } from "./serial.ts";

export interface Recipe<M> extends Questions<M>, Pick<Resync<M>, "quietMs" | "loses"> {
  /** How long the device may take to answer each question. */
  readonly timeoutMs: number;
}

/** What a resynchronisation needs of its line. */
export interface OutOfStep<M> {
  readonly clock: Clock;
  readonly owed: OwedReplies<M>;
  /** Some of what was sent has not been taken yet. */
  blocked(): boolean;
  send(question: Uint8Array): void;
  /** Forget the beginning of a message. */
  forget(): void;
  /** What has failed is tried once more. */
  retried(): void;
  regained(): void;
  /** The device does not get back into step. `alone`: it is to blame, the line is in order. */
  failed(how: string, alone: boolean): void;
  /** On a port that was just opened the first question is not answered at all. */
  unanswered(question: Uint8Array): void;
}

/**
 * What a message is to the line: an answer, one that is owed though nobody waits for it, perhaps one to what has not been
 * answered in its time, or a surprise.
 */
export type Heard = "awaited" | "owed" | "late" | "unasked";

/** How it came to be out of step. */
export interface Doubt {
  /** A reply did not come in its time; where nothing tells it from others it is waited for once more. */
  readonly late?: boolean;
  /** So many proofs were asked for, and not given, before: each may still come. */
  readonly unanswered?: number;
  /** How often a proof is asked for; three times unless told, and once more where something else came instead of it. */
  readonly attempts?: number;
  /** Nothing is known of it: it was just opened. Whether another device is there, the driver judges. */
  readonly opening?: boolean;
}

/** What comes later than this after its time is not told from the answer to something else. */
const lateMs = 1000;
/** Noise may last this many times the quiet time before an attempt has failed. */
const noisePatience = 20;

/**
 * Brings a line back into step: silence for as long as something is owed, then questions that must be answered, after
 * each of them silence again, as the answer may have been a late one to something else. A question that was not answered
 * may be answered yet: the next one is asked only when that is over. Nothing that comes meanwhile is delivered.
 */
export class Resynchronisation<M> {
  readonly #recipe: Recipe<M>;
  readonly #line: OutOfStep<M>;
  readonly #proof: Proof<M>;
  #phase: "listening" | "asking" | "settling" | "over" = "listening";
  readonly #doubt: Doubt;
  #attempt = 1;
  /** Proofs that were asked for and may still come. */
  #unanswered: number;
  /** Bench time until which something that is owed, or late, may come. */
  #comesUntil = 0;
  /** Bench time from which noise is too much. */
  #patientUntil = 0;
  #timer: Timer | undefined;

  constructor(recipe: Recipe<M>, line: OutOfStep<M>, doubt: Doubt = {}) {
    this.#recipe = recipe;
    this.#line = line;
    this.#doubt = doubt;
    this.#proof = new Proof(recipe, doubt);
    this.#unanswered = doubt.unanswered ?? 0;
    this.#listen("listening");
    if (doubt.opening) this.#hurry();
  }

  /** Proofs that were asked for and may still come, should it be broken off. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** It still listens for a reply that did not come in its time. */
  get late(): boolean {
    return this.#phase === "listening" && this.#doubt.late === true;
  }

  /** Something came. */
  noise(): void {
    if (this.#phase === "asking" || this.#phase === "over") return;
    if (this.#line.clock.now() <= this.#patientUntil) this.#awaitSilence();
    else this.#retry("does not fall silent");
  }

  /** The port has taken all that was sent. */
  taken(): void {
    if (this.#phase === "asking") this.#awaitAnswer();
    else if (this.#phase !== "over") this.#expect();
  }

  /** Take a message. */
  take(message: M): Heard {
    const { owed } = this.#line;
    if (this.#phase !== "asking") {
      if (this.#recipe.spontaneous?.(message)) return this.#doubt.opening ? "owed" : "unasked";
      const late = this.#unanswered > 0 && this.#proof.mayBeLate(message);
      if (late) this.#unanswered--;
      const expected = owed.take(message) || late;
      // It answers something, perhaps from before what is known here: so may the next.
      this.#expect();
      if (expected || this.#doubt.opening) return "owed";
      return this.late ? "late" : "unasked";
    }
    // What a device says at first is no surprise.
    if (!this.#proof.take(message)) return this.#doubt.opening ? "owed" : "unasked";
    this.#unanswered = 0;
    owed.forget();
    this.#listen("settling");
    // Whatever came before this answer is known by the next ones, so that one silence at their end is enough.
    if (this.#doubt.opening && this.#proof.question) this.#hurry();
    return "awaited";
  }

  stop(): void {
    this.#phase = "over";
    this.#timer?.cancel();
  }

  get #quietMs(): number {
    return this.#recipe.quietMs ?? 100;
  }

  /** How long what is late may still take. */
  get #lateMs(): number {
    const { probe, accepts, timeoutMs } = this.#recipe;
    if (this.#unanswered > 0) return timeoutMs + lateMs;
    return this.#doubt.late && this.#attempt === 1 && !(probe && accepts) ? lateMs : 0;
  }

  #listen(phase: "listening" | "settling"): void {
    const { clock, owed } = this.#line;
    this.#phase = phase;
    this.#patientUntil = Math.max(clock.now(), owed.until) + noisePatience * this.#quietMs + this.#lateMs;
    this.#expect();
  }

  /** What may still come has its whole time, from now on. */
  #expect(): void {
    const { clock, owed } = this.#line;
    const silentFrom = Math.max(clock.now() + this.#quietMs, owed.until);
    this.#comesUntil = silentFrom + (this.#phase === "settling" ? 0 : this.#lateMs);
    this.#awaitSilence();
  }

  /** Do not wait for silence, but let what has come be decoded. */
  #hurry(): void {
    this.#after(0, () => this.#silent());
  }

  #awaitSilence(): void {
    const { clock } = this.#line;
    // A question behind others that have not left would be answered after theirs.
    if (this.#line.blocked()) this.#after(this.#recipe.timeoutMs, () => this.#retry("does not take what is sent"));
    else this.#after(Math.max(this.#quietMs, this.#comesUntil - clock.now()), () => this.#silent());
  }

  #silent(): void {
    this.#line.forget();
    this.#line.owed.forget();
    const { question } = this.#proof;
    if (question) this.#ask(question);
    else this.#end(() => this.#line.regained());
  }

  #ask(question: Uint8Array): void {
    this.#phase = "asking";
    this.#unanswered = 1;
    this.#line.owed.add({ withinMs: this.#recipe.timeoutMs });
    this.#awaitAnswer();
    this.#line.send(question);
  }

  #awaitAnswer(): void {
    const asked = printable(this.#proof.question ?? new Uint8Array());
    this.#after(this.#recipe.timeoutMs, () =>
      this.#retry(`does not answer ${asked}, which would prove it in step`, true),
    );
  }

  #retry(why: string, alone = false): void {
    const { attempts = 3, opening } = this.#doubt;
    const { mistaken } = this.#proof;
    // One that is behind gives at the second attempt what it owes of the first.
    const allowed = mistaken ? Math.max(2, attempts) : attempts;
    if (this.#attempt++ >= allowed) {
      this.#end(() => this.#giveUp(`${why}, after ${allowed} attempt${allowed > 1 ? "s" : ""}`, alone));
      return;
    }
    this.#line.retried();
    if (opening && mistaken) this.#unanswered = 0;
    this.#proof.restart();
    this.#listen("listening");
  }

  #giveUp(why: string, alone: boolean): void {
    const { behind, begun, mistaken, question } = this.#proof;
    if (behind) this.#line.failed("answers one command late: switch it off and on", alone);
    else if (!this.#doubt.opening || begun || !alone)
      this.#line.failed(`is unresponsive: it ${why}; check its power and its cable`, alone);
    else if (mistaken) this.#line.regained();
    else this.#line.unanswered(question ?? new Uint8Array());
  }

  #end(tell: () => void): void {
    this.stop();
    tell();
  }

  #after(ms: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#line.clock.after(ms, run);
  }
}
