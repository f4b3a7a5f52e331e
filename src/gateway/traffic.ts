import type { Clock } from "../clock.ts";
import { redact } from "../redact.ts";
import type { Thing } from "../thing/thing.ts";
import type { Recorded } from "../transcript.ts";
import { printable } from "../transport/printable.ts";

/** What went over the wire of a Thing, as a person reads it. */
export interface TrafficLine {
  /** Of the last piece in it. */
  readonly seq: number;
  /** When it began; milliseconds since 1970. */
  readonly at: number;
  readonly direction: "sent" | "received";
  /** Escaped, and without secrets. */
  readonly text: string;
  readonly invocation: string | undefined;
}

interface TrafficOptions {
  /** The bench clock, by which it was recorded. */
  readonly clock: Clock;
  /** Of the bench clock's time, so many milliseconds are one of the wall clock's. */
  readonly timeScale: number;
}

interface Asked {
  /** The `seq` that somebody has had; the latest unless told, and where there has been none of that number. */
  readonly after: number | undefined;
  readonly limit: number;
}

export interface Page {
  readonly lines: readonly TrafficLine[];
  /** To be asked `after` next. */
  readonly next: number;
  /** How many pieces after that are not kept any more. */
  readonly dropped: number;
}

/** A port gives a message away in pieces; they are one line unless it was silent for longer. Bench ms. */
const togetherMs = 50;
/** What is in one line, and what is shown of one piece; bytes. */
const lineBytes = 512;
const shownBytes = 4096;

/** What goes over the wires, for people who look on. */
export class Traffic {
  readonly #options: TrafficOptions;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  of({ recorder }: Pick<Thing, "recorder">, { after, limit }: Asked): Page {
    const last = recorder.next - 1;
    // Counted anew since: benchd has been started again.
    const from = after === undefined || after > last ? undefined : after;
    const lines = linesIn(recorder.since((from ?? 0) + 1));
    const told = from === undefined ? lines.slice(-limit) : lines.slice(0, limit);
    return {
      lines: told.map((line) => this.#shown(line)),
      next: told.length < lines.length && from !== undefined ? (told.at(-1)?.seq ?? last) : last,
      dropped: from === undefined ? 0 : Math.max(0, recorder.oldest - 1 - from),
    };
  }

  #shown({ seq, at, direction, bytes, invocation }: Recorded): TrafficLine {
    const { clock, timeScale } = this.#options;
    const wall = Date.now() - (clock.now() - at) / timeScale;
    return { seq, at: wall, direction, text: redact(printable(bytes, shownBytes)), invocation };
  }
}

/** The pieces of a line as one, with the number of the last. */
function linesIn(entries: readonly Recorded[]): readonly Recorded[] {
  const lines: { readonly first: Recorded; last: Recorded; pieces: Uint8Array[]; size: number }[] = [];
  for (const entry of entries) {
    const line = lines.at(-1);
    if (line && goesOn(line.last, entry) && line.size < lineBytes) {
      line.last = entry;
      line.pieces.push(entry.bytes);
      line.size += entry.bytes.length;
    } else lines.push({ first: entry, last: entry, pieces: [entry.bytes], size: entry.bytes.length });
  }
  return lines.map(({ first, last, pieces }) => ({ ...first, seq: last.seq, bytes: Buffer.concat(pieces) }));
}

function goesOn(last: Recorded, next: Recorded): boolean {
  const same = last.direction === next.direction && last.invocation === next.invocation;
  if (!same || next.direction === "sent" || next.at - last.at > togetherMs) return false;
  const [end, begin] = [last.bytes.at(-1), next.bytes[0]];
  return begin === lineFeed ? end !== lineFeed : end !== lineFeed && end !== carriageReturn;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
