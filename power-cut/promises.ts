import type { Step } from "./trace.ts";

/** What has been answered up to a moment, and must be true after a power cut. */
export interface Promised {
  /** Invocations that were asked for with a key. */
  readonly ids: readonly string[];
  /** How many writes of the setting were answered. */
  readonly settings: number;
  /** Whether the emergency stop is latched, once that was answered; undefined while it is being changed. */
  readonly stopped: boolean | undefined;
  /** How often the emergency stop was answered. */
  readonly presses: number;
}

/** Follows the answers. */
export class Promises {
  readonly #keyed: ReadonlySet<string>;
  readonly #ids: string[] = [];
  #settings = 0;
  #stopped: boolean | undefined;
  #presses = 0;

  constructor(keyed: ReadonlySet<string>) {
    this.#keyed = keyed;
  }

  get now(): Promised {
    return { ids: [...this.#ids], settings: this.#settings, stopped: this.#stopped, presses: this.#presses };
  }

  take(step: Step): void {
    // From now on it may be either.
    if (step.kind !== "reply" && step.name.startsWith("emergency-stop")) this.#stopped = undefined;
    if (step.kind !== "reply") return;
    const { text } = step;
    const created = text.startsWith("HTTP/1.1 201");
    const id = /"id":"([^"]+)"/.exec(text)?.[1];
    if (created && id === undefined) this.#settings++;
    if (created && id !== undefined && this.#keyed.has(id)) this.#ids.push(id);
    const stopped = /"stopped":(true|false)/.exec(text)?.[1];
    if (stopped === undefined || !text.startsWith("HTTP/1.1 200")) return;
    if (stopped === "true" && !text.includes('"persisted":true')) return;
    this.#stopped = stopped === "true";
    this.#presses++;
  }
}
