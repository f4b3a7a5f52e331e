import type { Clock } from "../clock.ts";
import type { Recorded } from "../transcript.ts";
import { printable } from "./printable.ts";

export interface RecorderLimits {
  /** 64 KiB unless told. */
  readonly maxBytes?: number;
  /** 2000 unless told. */
  readonly maxEntries?: number;
}

/** An excerpt shows at most this many of the latest entries. */
const excerptEntries = 50;
/** Of an opening, so many of the first entries and bytes are kept. */
const openingLimits = { entries: 200, bytes: 16_384 };

/** The last bytes that went over the wire of a Thing, both ways, and the dialogue in which it was opened. */
export class Recorder {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #entries: Recorded[] = [];
  #size = 0;
  #seq = 0;
  #opening: { readonly entries: Recorded[]; size: number; over: boolean } = { entries: [], size: 0, over: true };

  constructor(clock: Clock, { maxBytes = 65_536, maxEntries = 2000 }: RecorderLimits = {}) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  sent(bytes: Uint8Array, invocation?: string): void {
    this.#add("sent", bytes, invocation);
  }

  received(bytes: Uint8Array, invocation?: string): void {
    this.#add("received", bytes, invocation);
  }

  /** What comes from now on opens the device, until `opened`. */
  opening(): void {
    this.#opening = { entries: [], size: 0, over: false };
  }

  opened(): void {
    this.#opening.over = true;
  }

  /** What went over it last. */
  get latest(): Recorded | undefined {
    return this.#entries.at(-1);
  }

  /** Oldest first. */
  entries(): readonly Recorded[] {
    return [...this.#entries];
  }

  /** How the device was opened last. */
  openingEntries(): readonly Recorded[] {
    return [...this.#opening.entries];
  }

  /** The number of the next entry. */
  get next(): number {
    return this.#seq + 1;
  }

  /** The latest of what went over the line from that entry on. */
  from(seq: number): readonly Recorded[] {
    return this.#entries.filter((entry) => entry.seq >= seq).slice(-excerptEntries);
  }

  /** As `from`, as text, one entry a line. */
  excerpt(seq: number): string {
    const entries = this.from(seq);
    const line = ({ direction, at, bytes }: Recorded) =>
      `+${(at - (entries[0]?.at ?? at)).toFixed(1)} ms ${direction === "sent" ? ">" : "<"} ${printable(bytes)}`;
    return entries.map(line).join("\n");
  }

  #add(direction: Recorded["direction"], bytes: Uint8Array, invocation: string | undefined): void {
    // A copy: ports reuse their buffers.
    const kept = Uint8Array.from(bytes.subarray(-this.#maxBytes));
    const entry: Recorded = { seq: ++this.#seq, direction, at: this.#clock.now(), bytes: kept, invocation };
    this.#entries.push(entry);
    this.#size += kept.length;
    while (this.#size > this.#maxBytes || this.#entries.length > this.#maxEntries) {
      this.#size -= this.#entries.shift()?.bytes.length ?? 0;
    }
    const opening = this.#opening;
    if (opening.over || opening.entries.length >= openingLimits.entries) return;
    if (opening.size + kept.length > openingLimits.bytes) opening.over = true;
    else {
      opening.entries.push(entry);
      opening.size += kept.length;
    }
  }
}
