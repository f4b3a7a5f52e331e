import { realClock, type Timer } from "../clock.ts";

/** How often a device that had no room is asked again; ms. The system's buffer, 4 KiB, lasts longer at any usual rate. */
const againMs = 4;

interface Rest {
  readonly bytes: Uint8Array;
  readonly taken: (error?: Error) => void;
}

/** Hands bytes to a port in their order, as many at a time as it has room for, and never waits for it. */
export class Offering {
  readonly #offer: (bytes: Uint8Array) => number;
  readonly #waiting: Rest[] = [];
  #timer: Timer | undefined;

  /** `offer` tells how many of the bytes the port has taken, which may be none; it throws when the port is gone. */
  constructor(offer: (bytes: Uint8Array) => number) {
    this.#offer = offer;
  }

  /** What fits leaves before this returns. */
  add(bytes: Uint8Array, taken: (error?: Error) => void): void {
    const first = this.#waiting.length === 0;
    // Whoever has asked may use its bytes for something else by their turn.
    this.#waiting.push({ bytes: first ? bytes : Uint8Array.from(bytes), taken });
    if (first) this.#hand();
  }

  /** What has not been taken is forgotten. */
  stop(): void {
    this.#timer?.cancel();
    this.#waiting.length = 0;
  }

  #hand(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        const taken = this.#offer(next.bytes);
        if (taken < next.bytes.length) {
          this.#waiting[0] = { ...next, bytes: Uint8Array.from(next.bytes.subarray(taken)) };
          this.#timer = realClock.after(againMs, () => this.#hand());
          return;
        }
        this.#waiting.shift();
        next.taken();
      } catch (error) {
        this.#waiting.shift();
        next.taken(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
