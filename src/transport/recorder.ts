import type { Clock } from "../clock.ts";
import { printable } from "./printable.ts";

export interface Recorded {
  readonly direction: "sent" | "received";
  /** Bench time, milliseconds. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface RecorderLimits {
  /** 64 KiB unless told. */
  readonly maxBytes?: number;
  /** 2000 unless told. */
  readonly maxEntries?: number;
}

/** An excerpt shows at most this many of the latest entries. */
const excerptEntries = 50;

/** The last bytes that went over a line, both ways. */
export class Recorder {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #entries: Recorded[] = [];
  #size = 0;

  constructor(clock: Clock, { maxBytes = 65_536, maxEntries = 2000 }: RecorderLimits = {}) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  sent(bytes: Uint8Array): void {
    this.#add("sent", bytes);
  }

  received(bytes: Uint8Array): void {
    this.#add("received", bytes);
  }

  /** Oldest first. */
  entries(): readonly Recorded[] {
    return [...this.#entries];
  }

  /** What went over the line since that bench time, as text: the latest of it, one entry a line. */
  excerpt(since: number): string {
    return this.#entries
      .filter(({ at }) => at >= since)
      .slice(-excerptEntries)
      .map(({ direction, at, bytes }) => {
        return `+${(at - since).toFixed(1)} ms ${direction === "sent" ? ">" : "<"} ${printable(bytes)}`;
      })
      .join("\n");
  }

  #add(direction: Recorded["direction"], bytes: Uint8Array): void {
    // A copy: ports reuse their buffers.
    const kept = Uint8Array.from(bytes.subarray(-this.#maxBytes));
    this.#entries.push({ direction, at: this.#clock.now(), bytes: kept });
    this.#size += kept.length;
    while (this.#size > this.#maxBytes || this.#entries.length > this.#maxEntries) {
      this.#size -= this.#entries.shift()?.bytes.length ?? 0;
    }
  }
}
