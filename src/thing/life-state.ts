import { type BusyError, NotReadyError, QuarantinedError } from "../errors.ts";
import { codeField } from "../log-fields.ts";
import type { LifeOptions, ThingState } from "./life-options.ts";

/** In which state a Thing is and why, in which of its openings, and who is told of that. */
export class LifeState {
  /** How often it has come to each state. */
  readonly entered: Record<ThingState, number> = {
    opening: 0,
    ready: 0,
    disconnected: 0,
    faulted: 0,
    quarantined: 0,
    closed: 0,
  };
  readonly #options: Pick<LifeOptions, "name" | "log" | "changed" | "refused">;
  #state: ThingState = "closed";
  #reason: string | undefined;
  #generation = 0;
  /** How much of this opening was cut off and has not ended. */
  #cutOff = 0;
  /** What was told last of why it is not ready: to say it again at every attempt would fill the log. */
  #told: string | undefined;

  constructor(options: Pick<LifeOptions, "name" | "log" | "changed" | "refused">) {
    this.#options = options;
  }

  get state(): ThingState {
    return this.#state;
  }
  get reason(): string | undefined {
    return this.#reason;
  }
  get generation(): number {
    return this.#generation;
  }
  /** The way to the device is open. */
  get open(): boolean {
    return this.#state === "ready" || this.#state === "quarantined";
  }
  /** What was opened, if anything was, is over. */
  get ended(): boolean {
    return this.#state === "closed" || this.#state === "disconnected" || this.#state === "faulted";
  }

  assertReady(): void {
    if (this.#state !== "ready") throw this.notReady();
  }

  notReady(): BusyError {
    const why = `${this.#options.name} is ${this.#state}${this.#reason ? `: ${this.#reason}` : ""}`;
    return this.#state === "quarantined" ? new QuarantinedError(why) : new NotReadyError(why);
  }

  become(state: ThingState, reason?: string, error?: Error): void {
    this.#state = state;
    this.#reason = reason;
    this.entered[state]++;
    const text = reason === undefined ? undefined : `${this.#options.name} is ${state}: ${reason}`;
    if (text !== undefined) this.#options.log(text === this.#told ? "debug" : "warning", text, codeField(error));
    if (state !== "opening") this.#told = text;
    this.#options.changed(state, reason);
  }

  nextOpening(): void {
    this.#generation++;
    this.#cutOff = 0;
  }

  /** Admit nothing until all that was cut off in this opening has ended. */
  quarantine(why: string, settled: Promise<void>, generation: number): void {
    if (!this.open || generation !== this.#generation) return;
    this.#cutOff++;
    this.become("quarantined", why);
    this.#options.refused(this.notReady());
    void settled.then(() => {
      if (generation !== this.#generation || --this.#cutOff > 0 || this.#state !== "quarantined") return;
      this.#options.log("info", "what was cut off has ended: out of quarantine");
      this.become("ready");
    });
  }
}
