import type { BenchEvent } from "../../src/client/events.ts";

type Told = Exclude<BenchEvent, { readonly kind: "gap" }>;

/** A page is drawn anew so often at most; ms. In a tab that nobody sees the browser makes that a second. */
const everyMs = 50;
/** More than that at once is handed on early. */
const maxWaiting = 2000;

/** Events, gathered for a moment: a hundred in a second are some few pictures, not a hundred. */
export class Gathered {
  readonly #hand: (events: readonly Told[]) => void;
  #waiting: Told[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  constructor(hand: (events: readonly Told[]) => void) {
    this.#hand = hand;
  }

  push(event: Told): void {
    this.#waiting.push(event);
    if (this.#held) return;
    if (this.#waiting.length >= maxWaiting) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), everyMs);
  }

  /** Hand nothing on for now. */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  release(): void {
    this.#held = false;
    this.#flush();
  }

  /** What waits is of no interest any more. */
  drop(): void {
    this.hold();
    this.#waiting = [];
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.#hand(events);
  }
}
