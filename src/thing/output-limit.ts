import type { Clock, Timer } from "../clock.ts";
import { OutputLimitError } from "../errors.ts";
import type { OutputContract } from "./affordance.ts";

export interface OutputLimitOptions {
  /** How errors call it. */
  readonly name: string;
  readonly contract: OutputContract;
  readonly clock: Clock;
  /** It has to be made safe now. */
  over(error: OutputLimitError): void;
}

/** For how long one output may be away from its safe value, and how often it has to be set meanwhile. */
export class OutputLimit {
  readonly #options: OutputLimitOptions;
  #since: number | undefined;
  #end: Timer | undefined;
  #renewal: Timer | undefined;
  #locked: OutputLimitError | undefined;

  constructor(options: OutputLimitOptions) {
    this.#options = options;
  }

  /** For how long it has been away from its safe value; undefined when it is not. */
  get onMs(): number | undefined {
    return this.#since === undefined ? undefined : this.#options.clock.now() - this.#since;
  }

  /** After its time was over nobody goes on as if nothing had been: first it is set to its safe value. */
  assertMay(level: boolean | number): void {
    if (this.#locked && !this.#isSafe(level)) throw this.#locked;
  }

  set(level: boolean | number): void {
    this.seen(level);
    if (this.#isSafe(level)) this.#locked = undefined;
    else this.#renew();
  }

  /** The level shows, whoever has set it. */
  seen(level: boolean | number): void {
    if (this.#isSafe(level)) this.stop();
    else if (this.#since === undefined) this.resume(0);
  }

  /** It is away from its safe value, and has been for so long already. */
  resume(onMs: number): void {
    const { clock, contract, name } = this.#options;
    const { maxOnMs } = contract;
    this.stop();
    this.#since = clock.now() - onMs;
    if (maxOnMs !== undefined)
      this.#end = clock.after(maxOnMs - onMs, () =>
        this.#over(`${name} was on for longer than ${seconds(maxOnMs)} (maxOnMs), and was made safe`),
      );
    this.#renew();
  }

  /** From now on only what leaves it safe is taken. */
  lock(error: OutputLimitError): void {
    this.#locked = error;
  }

  stop(): void {
    this.#since = undefined;
    this.#end?.cancel();
    this.#renewal?.cancel();
  }

  #renew(): void {
    const { clock, contract, name } = this.#options;
    const { renewEveryMs } = contract;
    if (renewEveryMs === undefined) return;
    this.#renewal?.cancel();
    this.#renewal = clock.after(renewEveryMs, () =>
      this.#over(`${name} was not set again within ${seconds(renewEveryMs)} (renewEveryMs), and was made safe`),
    );
  }

  #over(why: string): void {
    this.stop();
    this.#options.over(new OutputLimitError(`${why}: set it to its safe value before it is switched on again`));
  }

  #isSafe(level: boolean | number): boolean {
    return Number(level) === Number(this.#options.contract.safe);
  }
}

const seconds = (ms: number) => `${ms / 1000} s`;
