import { now, sleep } from "../../ambient.ts";
import { type Condition, holds } from "../../condition.ts";
import { currentSignal, unlessEnded } from "../../context.ts";
import { DeviceFaultError } from "../../errors.ts";
import { asError } from "../../invocation/cause.ts";
import type { Thing } from "../../thing/thing.ts";
import { conditionText } from "./step-text.ts";

/** How often it is read, unless the property tells how often it is to be; milliseconds. */
const usualMs = 1000;
/** So many readings in a row may fail: a line may be disturbed for a moment. */
const maxFailures = 3;

/** Reads what a condition is about, and knows for how long it has held. Throws when that cannot be known any more. */
export class ConditionWatch {
  readonly #thing: Thing;
  readonly #condition: Condition;
  readonly #warn: (message: string) => void;
  #since: number | undefined;
  #failures = 0;
  /** As it was read last. */
  #last: unknown;

  constructor(thing: Thing, condition: Condition, warn: (message: string) => void) {
    this.#thing = thing;
    this.#condition = condition;
    this.#warn = warn;
  }

  get last(): string {
    return this.#last === undefined ? "it could not be read" : `it was ${short(this.#last)} last`;
  }

  /** Until it is met. */
  async met(): Promise<void> {
    while ((await this.look()) !== true) await this.#pause();
  }

  /** Whether it is met from now on: until it has held for as long as it has to, or does not hold. */
  async isMet(): Promise<boolean> {
    for (;;) {
      const met = await this.look();
      if (met !== undefined) return met;
      await this.#pause();
    }
  }

  /** One reading. Undefined: it holds, but has not for long enough, or nobody knows. */
  async look(): Promise<boolean | undefined> {
    const { property, forMs } = this.#condition;
    let held: boolean | undefined;
    try {
      const value = await unlessEnded(this.#thing.sample(property));
      this.#last = value;
      held = holds(this.#condition, value);
      if (held === undefined) throw new DeviceFaultError(`${short(value)} cannot be compared with that`);
      this.#failures = 0;
    } catch (error) {
      if (currentSignal()?.aborted) throw error;
      this.#failed(asError(error));
      return undefined;
    }
    if (!held) this.#since = undefined;
    else this.#since ??= now();
    if (this.#since === undefined) return false;
    return now() - this.#since >= forMs ? true : undefined;
  }

  /** What is not known breaks the time for which it has held. */
  #failed(error: Error): void {
    this.#since = undefined;
    const { name, state } = this.#thing;
    const lost = state !== "ready" && state !== "quarantined";
    const told = `${conditionText(this.#condition)}: ${name}.${this.#condition.property} cannot be read: ${error.message}`;
    if (lost || ++this.#failures >= maxFailures) throw new DeviceFaultError(told, { cause: error });
    this.#warn(told);
  }

  #pause(): Promise<void> {
    const { observeMs = usualMs } = this.#thing.definition.properties?.[this.#condition.property] ?? {};
    return sleep(observeMs);
  }
}

const short = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 100);
