import assert from "node:assert/strict";
import { type Dialogue, type Piece, type Transcript, unescaped } from "../../transcript.ts";

/** One piece of a recorded dialogue. */
export interface Cue {
  readonly direction: ">" | "<";
  /** Since the cue before it; ms. */
  readonly afterMs: number;
  readonly bytes: Buffer;
  /** As the transcript has it. */
  readonly text: string;
}

/** All that was said over the wire of a Thing: how it was opened, then what the invocation did. */
export function scriptOf({ opening, during }: Dialogue): readonly Cue[] {
  const cues = (pieces: readonly Piece[]): readonly Cue[] =>
    pieces.map(([ms, direction, text], at) => {
      const afterMs = ms - (pieces[at - 1]?.[0] ?? ms);
      return { direction, afterMs, bytes: unescaped(text), text };
    });
  return [...cues(opening), ...cues(during)];
}

/** Read a transcript; throws for what is none, or of a later version. */
export function readTranscript(transcript: Transcript | string): Transcript {
  const read = typeof transcript === "string" ? (JSON.parse(transcript) as Transcript) : transcript;
  assert.equal(read.format, "benchd-transcript", "this is no transcript: make one with benchd transcript");
  assert.equal(read.version, 1, `a transcript of version ${read.version} is too new for this benchd`);
  return read;
}

const shownCues = 6;

/** The last pieces that were as recorded, for whoever has to find out where it went another way. */
export function before(script: readonly Cue[], at: number): string {
  const lines = script.slice(Math.max(0, at - shownCues), at).map(({ direction, text }) => `    ${direction} ${text}`);
  return [`  after piece ${at} of ${script.length}:`, ...lines].join("\n");
}
