import type { Clock } from "../clock.ts";
import { DeviceResetError, type DeviceTimeoutError } from "../errors.ts";
import { timedOut } from "./exchange-under-way.ts";
import type { OwedReplies } from "./owed-replies.ts";
import { type Doubt, type Heard, type Recipe, Resynchronisation } from "./resynchronisation.ts";
import type { Station } from "./station.ts";

/** What getting back into step needs of a wire. */
export interface Troubled<M> {
  /** What is at the other end: the Thing, or the bus. */
  readonly name: string;
  readonly clock: Clock;
  /** Others may be on it: one that is mute keeps nobody waiting for long, and takes nobody with it. */
  readonly shared: boolean;
  readonly owed: OwedReplies<M>;
  /** How the line was left when the port was last open, if it was. */
  readonly before: Left | undefined;
  /** Some of what was sent has not been taken yet. */
  blocked(): boolean;
  speakTo(station: Station<M> | undefined): void;
  send(station: Station<M>, question: Uint8Array): void;
  regained(): void;
  /** One station does not answer as it should, the others go on. */
  mute(station: Station<M>, how: string): void;
  /** One station does not answer what it is asked first: nor would it answer the exchange that waits for that. */
  unanswered(station: Station<M>, error: DeviceTimeoutError): void;
  /** Nothing can be done on it any more. */
  hopeless(how: string): void;
}

/** What is known of a line that was open before. */
export interface Left {
  readonly inStep: boolean;
  /** Proofs that were asked for and may still come. */
  readonly unanswered: number;
}

/** The times in which a wire is out of step, and who brings it back. */
export class Recovery<M> {
  readonly #wire: Troubled<M>;
  #resync: Resynchronisation<M> | undefined;
  /** Those that were in step since they are on the wire. */
  readonly #proven = new WeakSet<Station<M>>();
  /** How the line was left before, until it is proven to be in step. */
  #doubt: Left | undefined;
  /** How long the one that was spoken to last may take to answer. */
  #timeoutMs = 1000;

  constructor(wire: Troubled<M>) {
    this.#wire = wire;
    this.#doubt = wire.before?.inStep ? undefined : wire.before;
  }

  get underWay(): boolean {
    return this.#resync !== undefined;
  }

  /** How the line is left: what it may still say, should it be opened again. */
  get left(): Left {
    const { owed } = this.#wire;
    if (this.#doubt) return this.#doubt;
    return { inStep: !this.underWay && !owed.some, unanswered: this.#resync?.unanswered ?? 0 };
  }

  /** A device can be spoken to: prove the line, if it was left out of step. `anew`: the device has just started. */
  resume(station: Station<M>, anew: boolean): void {
    const { owed, shared } = this.#wire;
    if (!this.#doubt) return;
    const { unanswered } = this.#doubt;
    this.#doubt = undefined;
    // With others on the line, what is owed may be theirs.
    if (anew && !shared) {
      owed.forget();
      return;
    }
    this.#resync?.stop();
    this.#begin(station.recipe, station, { late: true, unanswered, attempts: 1 });
  }

  /** Whether a station has to be proven in step before its first exchange; that has then begun. */
  proveFirst(station: Station<M>): boolean {
    if (!station.recipe.checks?.length || this.#proven.has(station)) return false;
    this.#begin(station.recipe, station, { opening: true, attempts: 1 });
    return true;
  }

  /** Get back into step with a station; with none, be silent for as long as something may come. */
  begin(why: string, station: Station<M> | undefined, late = false): void {
    const { name, shared } = this.#wire;
    const { unanswered = 0, late: stillLate = false } = this.#resync ?? {};
    this.#resync?.stop();
    station?.log("debug", `the line of ${name} is out of step: ${why}`);
    const recipe = station?.recipe ?? { timeoutMs: this.#timeoutMs };
    this.#begin(recipe, station, { late: late || stillLate, unanswered, ...(shared && { attempts: 1 }) });
  }

  stop(): void {
    this.#resync?.stop();
  }

  /** Nothing that was asked will be answered: there is nothing to recover from. */
  forget(): void {
    this.stop();
    this.#resync = undefined;
  }

  /** Something came. */
  noise(): void {
    this.#resync?.noise();
  }

  /** The port has taken all that was sent. */
  taken(): void {
    this.#resync?.taken();
  }

  take(message: M): Heard {
    return this.#resync?.take(message) ?? "unasked";
  }

  #begin(recipe: Recipe<M>, station: Station<M> | undefined, doubt: Doubt): void {
    const wire = this.#wire;
    const { name, clock, owed, shared } = wire;
    const counts = station?.recorder.counts;
    this.#timeoutMs = recipe.timeoutMs;
    // To be proven in step before the first exchange is not to have been out of it.
    if (counts && !doubt.opening) counts.resynchronisations++;
    wire.speakTo(station);
    const line = {
      clock,
      owed,
      blocked: () => wire.blocked(),
      forget: () => station?.forget(),
      retried: () => {
        if (counts) counts.retries++;
      },
      send: (question: Uint8Array) => station && wire.send(station, question),
      regained: () => {
        this.#resync = undefined;
        if (station) this.#proven.add(station);
        station?.log("debug", `the line of ${name} is in step again`);
        if (station && !doubt.opening && recipe.loses?.length) {
          const lost = recipe.loses.join(", ");
          station.alarm(new DeviceResetError(`getting back into step made ${station.name} forget: ${lost}`));
        }
        wire.regained();
      },
      failed: (how: string, alone: boolean) => {
        if (station && shared && alone) wire.mute(station, how);
        else wire.hopeless(how);
      },
      unanswered: (question: Uint8Array) => {
        this.#resync = undefined;
        if (!station) return;
        const error = timedOut(station, "did not answer", question, recipe.timeoutMs);
        station.log("warning", error.message);
        wire.unanswered(station, error);
        this.begin("it does not answer", station, true);
      },
    };
    this.#resync = new Resynchronisation(recipe, line, doubt);
  }
}
