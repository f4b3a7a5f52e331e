import type { InvocationRecord } from "../invocation/record.ts";
import type { Thing } from "../thing/thing.ts";
import { type Dialogue, escaped, type Piece, type Recorded, type Transcript } from "../transcript.ts";
import { withoutSecrets } from "./config/not-shown.ts";

/** A Thing, and what the configuration says of it. */
export interface Transcribed {
  readonly thing: Thing;
  readonly driver: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * What went over the wires of the Things that an invocation spoke to, from its first byte to its last; of what is too
 * long ago, its failed exchanges.
 */
export function transcriptOf(invocation: InvocationRecord, all: readonly Transcribed[]): Transcript {
  const { id, thing, action, status } = invocation;
  const involved = all.flatMap((one) => {
    const during = stretchOf(id, entriesOf(one.thing, invocation));
    return during.length > 0 ? [{ ...one, during }] : [];
  });
  const from = Math.min(...involved.map(({ during: [first] }) => first?.at ?? 0));
  return {
    format: "benchd-transcript",
    version: 1,
    invocation: id,
    thing,
    action,
    status,
    things: Object.fromEntries(
      involved.map(({ thing: { name, recorder, lineSettings }, driver, config, during }) => {
        const opening = timed(recorder.openingEntries());
        const line = lineSettings ? { ...lineSettings } : null;
        // Whoever may read a Thing gets it, and passes it on to whoever writes its driver.
        const shown = withoutSecrets(config) as typeof config;
        const dialogue: Dialogue = { driver, config: shown, line, opening, during: timed(during, from) };
        return [name, dialogue];
      }),
    ),
  };
}

/** From the first byte that went over the wire for an invocation to the last, with what others said in between. */
function stretchOf(id: string, entries: readonly Recorded[]): readonly Recorded[] {
  const own = ({ invocation }: Recorded) => invocation === id;
  const first = entries.findIndex(own);
  return first < 0 ? [] : entries.slice(first, entries.findLastIndex(own) + 1);
}

/** What the recorder still has, and what the invocation has kept. */
function entriesOf({ name, recorder }: Thing, { excerpts }: InvocationRecord): readonly Recorded[] {
  const kept = excerpts.filter(({ thing }) => thing === name).flatMap(({ entries }) => entries);
  const bySeq = new Map([...kept, ...recorder.entries()].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

const timed = (entries: readonly Recorded[], from = entries[0]?.at ?? 0): readonly Piece[] =>
  entries.map(({ at, direction, bytes }) => {
    const ms = Math.round((at - from) * 1000) / 1000;
    return [ms, direction === "sent" ? ">" : "<", escaped(bytes)] as const;
  });
