import type { Clock, Timer } from "../clock.ts";
import type { OwedReplies } from "./owed-replies.ts";
import type { Resync } from "./serial.ts";

export interface Recipe<M> extends Omit<Resync<M>, "probe"> {
  /** The probe, encoded. */
  readonly probe?: Uint8Array | undefined;
  /** How long the device may take to answer it. */
  readonly timeoutMs: number;
}

/** What a resynchronisation needs of its line. */
export interface OutOfStep<M> {
  readonly clock: Clock;
  readonly owed: OwedReplies<M>;
  /** Some of what was sent has not been taken yet. */
  blocked(): boolean;
  send(probe: Uint8Array): void;
  /** Forget the beginning of a message. */
  forget(): void;
  regained(): void;
  /** The device does not get back into step. */
  failed(why: string): void;
}

/** What a message is to the line: an answer, one that comes too late to be told, or a surprise. */
export type Heard = "awaited" | "owed" | "unasked";

const attempts = 3;
/** Noise may last this many times the quiet time before an attempt has failed. */
const noisePatience = 20;

/**
 * Brings a line back into step: silence for as long as something is owed, then a question that must be answered, then
 * silence again, as the first answer may have been a late one to something else. Nothing that comes meanwhile is
 * delivered.
 */
export class Resynchronisation<M> {
  readonly #recipe: Recipe<M>;
  readonly #line: OutOfStep<M>;
  #phase: "listening" | "probing" | "settling" | "over" = "listening";
  #attempt = 1;
  /** Bench time from which noise is too much. */
  #patientUntil = 0;
  #timer: Timer | undefined;

  constructor(recipe: Recipe<M>, line: OutOfStep<M>) {
    this.#recipe = recipe;
    this.#line = line;
    this.#listen("listening");
  }

  /** Something came. */
  noise(): void {
    if (this.#phase === "probing" || this.#phase === "over") return;
    if (this.#line.clock.now() > this.#patientUntil) this.#retry("does not fall silent");
    else this.#awaitSilence();
  }

  /** The port has taken all that was sent. */
  taken(): void {
    if (this.#phase === "probing") this.#awaitAnswer();
    else if (this.#phase !== "over") this.#awaitSilence();
  }

  /** Take a message. */
  take(message: M): Heard {
    const { owed } = this.#line;
    if (this.#phase !== "probing") {
      if (!owed.take(message)) return "unasked";
      this.#awaitSilence();
      return "owed";
    }
    if (this.#recipe.accepts && !this.#recipe.accepts(message)) return "unasked";
    owed.forget();
    this.#listen("settling");
    return "awaited";
  }

  stop(): void {
    this.#phase = "over";
    this.#timer?.cancel();
  }

  get #quietMs(): number {
    return this.#recipe.quietMs ?? 100;
  }

  #listen(phase: "listening" | "settling"): void {
    const { clock, owed } = this.#line;
    this.#phase = phase;
    this.#patientUntil = Math.max(clock.now(), owed.until) + noisePatience * this.#quietMs;
    this.#awaitSilence();
  }

  #awaitSilence(): void {
    const { clock, owed } = this.#line;
    // A question behind others that have not left would be answered after theirs.
    if (this.#line.blocked()) this.#after(this.#recipe.timeoutMs, () => this.#retry("does not take what is sent"));
    else this.#after(Math.max(this.#quietMs, owed.until - clock.now()), () => this.#silent());
  }

  #silent(): void {
    this.#line.forget();
    this.#line.owed.forget();
    if (this.#phase === "listening" && this.#recipe.probe) this.#ask(this.#recipe.probe);
    else this.#end(() => this.#line.regained());
  }

  #ask(probe: Uint8Array): void {
    this.#phase = "probing";
    this.#line.owed.add({ withinMs: this.#recipe.timeoutMs });
    this.#awaitAnswer();
    this.#line.send(probe);
  }

  #awaitAnswer(): void {
    this.#after(this.#recipe.timeoutMs, () => this.#retry("does not answer the question that would prove it in step"));
  }

  #retry(why: string): void {
    if (this.#attempt++ < attempts) this.#listen("listening");
    else this.#end(() => this.#line.failed(`${why}, after ${attempts} attempts`));
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
