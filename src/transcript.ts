/** Bytes that went over a wire. */
export interface Recorded {
  /** Counts what one recorder has seen. */
  readonly seq: number;
  readonly direction: "sent" | "received";
  /** Bench time, milliseconds. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** The invocation whose exchange was under way, if it was one's. */
  readonly invocation?: string | undefined;
}

/** What went over the wire of a Thing around an exchange that failed. */
export interface Excerpt {
  readonly thing: string;
  readonly entries: readonly Recorded[];
}

/** One piece of a dialogue as a transcript tells it: when, in ms since its beginning, and the bytes, escaped. */
export type Piece = readonly [ms: number, direction: ">" | "<", text: string];

/** What was said between benchd and the device of a Thing. */
export interface Dialogue {
  /** The driver's name or path. */
  readonly driver: string;
  /** What the driver was given. */
  readonly config: Readonly<Record<string, unknown>>;
  /** How the port was set up; null when it was never open. */
  readonly line: { readonly baudRate: number; readonly [setting: string]: unknown } | null;
  /** How the device was opened last: `>` to it, `<` from it. */
  readonly opening: readonly Piece[];
  /** What was said while the invocation ran. */
  readonly during: readonly Piece[];
}

/** What went over the wires of the Things that an invocation spoke to: the form of a transcript file. */
export interface Transcript {
  readonly format: "benchd-transcript";
  readonly version: 1;
  readonly invocation: string;
  readonly thing: string;
  readonly action: string;
  readonly status: string;
  readonly things: Readonly<Record<string, Dialogue>>;
}

/** A transcript as a file: one line for each piece of the dialogue, so that two can be compared. */
export function transcriptText(transcript: Transcript): string {
  const pieces = /\[\n\s+(-?[\d.]+),\n\s+("[<>]"),\n\s+("(?:[^"\\]|\\.)*")\n\s+\]/g;
  return `${JSON.stringify(transcript, undefined, 2).replaceAll(pieces, "[$1, $2, $3]")}\n`;
}

const named: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };

/** Bytes as text: what is not printable ASCII is escaped. */
export const escaped = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => {
    if (named[byte] !== undefined) return named[byte];
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");

/** The bytes that `escaped` has made a text of. */
export const unescaped = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll(/\\(?:x([0-9a-f]{2})|([tnr\\]))/g, (_, hex?: string, letter?: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : { t: "\t", n: "\n", r: "\r" }[letter ?? ""] || "\\",
    ),
    "latin1",
  );
