import type { Clock } from "../clock.ts";
import type { Recorded } from "../transcript.ts";
import { printable } from "./printable.ts";
import { WireCounts } from "./wire-counts.ts";

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

/** So many entries that are gone are let go of at a time. */
const maxGone = 100;

/** As it is kept: a text, a character a byte, takes a third of what a short array of bytes does. */
type Kept = Omit<Recorded, "bytes"> & { readonly text: string };

/** In the place of an entry that is not kept any more. */
const gone: Kept = { seq: 0, direction: "sent", at: 0, text: "" };

/** The last bytes that went over the wire of a Thing, both ways, and the dialogue in which it was opened. */
export class Recorder {
  /** What has gone over it in all, also what is not kept any more. */
  readonly counts = new WireCounts();
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** Oldest first; those before `first` are gone, and are let go of many at a time: to move all for each costs more than it. */
  #all: Kept[] = [];
  #first = 0;
  #size = 0;
  #seq = 0;
  /** Where somebody waits for it. */
  #more: { readonly ended: Promise<void>; resolve(): void } | undefined;
  #opening: { readonly entries: Kept[]; size: number; over: boolean } = { entries: [], size: 0, over: true };

  constructor(clock: Clock, { maxBytes = 65_536, maxEntries = 2000 }: RecorderLimits = {}) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  sent(bytes: Uint8Array, invocation?: string): void {
    this.counts.bytesSent += bytes.length;
    this.#add("sent", bytes, invocation);
  }

  received(bytes: Uint8Array, invocation?: string): void {
    this.counts.bytesReceived += bytes.length;
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
    const latest = this.#all.at(-1);
    return latest && recorded(latest);
  }

  /** Oldest first. */
  entries(): readonly Recorded[] {
    return this.#kept(0).map(recorded);
  }

  /** How the device was opened last. */
  openingEntries(): readonly Recorded[] {
    return this.#opening.entries.map(recorded);
  }

  /** Those that are kept from that entry on, oldest first. */
  since(seq: number): readonly Recorded[] {
    return this.#kept(Math.max(0, seq - this.oldest)).map(recorded);
  }

  /** The number of the oldest entry that is kept, or of the next where none is. */
  get oldest(): number {
    return this.#seq - this.#count + 1;
  }

  /** Ends with the next entry; the same for all who ask before that. */
  more(): { readonly ended: Promise<void> } {
    if (!this.#more) {
      let resolve = () => {};
      const ended = new Promise<void>((tell) => {
        resolve = tell;
      });
      this.#more = { ended, resolve };
    }
    return this.#more;
  }

  /** The number of the next entry. */
  get next(): number {
    return this.#seq + 1;
  }

  /** The latest of what went over the line from that entry on. */
  from(seq: number): readonly Recorded[] {
    return this.#kept(Math.max(0, this.#count - excerptEntries))
      .filter((entry) => entry.seq >= seq)
      .map(recorded);
  }

  /** As `from`, as text, one entry a line. */
  excerpt(seq: number): string {
    const entries = this.from(seq);
    const line = ({ direction, at, bytes }: Recorded) =>
      `+${(at - (entries[0]?.at ?? at)).toFixed(1)} ms ${direction === "sent" ? ">" : "<"} ${printable(bytes)}`;
    return entries.map(line).join("\n");
  }

  get #count(): number {
    return this.#all.length - this.#first;
  }

  /** All but the oldest `skipped`. */
  #kept(skipped: number): readonly Kept[] {
    return this.#all.slice(this.#first + skipped);
  }

  #sweep(): void {
    this.#all = this.#all.slice(this.#first);
    this.#first = 0;
  }

  #add(direction: Recorded["direction"], bytes: Uint8Array, invocation: string | undefined): void {
    const text = textOf(bytes.length > this.#maxBytes ? bytes.subarray(-this.#maxBytes) : bytes);
    const entry: Kept = { seq: ++this.#seq, direction, at: this.#clock.now(), text, invocation };
    this.#all.push(entry);
    this.#size += text.length;
    while (this.#size > this.#maxBytes || this.#count > this.#maxEntries) {
      this.#size -= this.#all[this.#first]?.text.length ?? 0;
      this.#all[this.#first++] = gone;
    }
    if (this.#first > maxGone) this.#sweep();
    this.#more?.resolve();
    this.#more = undefined;
    const opening = this.#opening;
    if (opening.over || opening.entries.length >= openingLimits.entries) return;
    if (opening.size + text.length > openingLimits.bytes) opening.over = true;
    else {
      opening.entries.push(entry);
      opening.size += text.length;
    }
  }
}

function textOf(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)).toString("latin1");
}

const recorded = ({ text, ...entry }: Kept): Recorded => ({
  ...entry,
  bytes: new Uint8Array(Buffer.from(text, "latin1")),
});
