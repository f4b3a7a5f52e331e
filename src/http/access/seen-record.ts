import type { LogEntry } from "../../invocation/log.ts";
import type { InvocationRecord, Position, StepRecord } from "../../invocation/record.ts";
import { anotherThing, type Sight } from "./sight.ts";

/**
 * An invocation of a Thing that somebody may read, as far as it exists for him: without the calls on Things that he may
 * not read and what these have said. What it has delivered by them is told without their names: it is its own doing.
 */
export function seenRecord(record: InvocationRecord, sight: Sight): InvocationRecord {
  if (sight.all) return record;
  const known = seen.get(sight) ?? new WeakMap<InvocationRecord, InvocationRecord>();
  seen.set(sight, known);
  const one = known.get(record) ?? new Proxy(record, { get: (_, key) => read(record, key, sight) });
  known.set(record, one);
  return one;
}

/** Who waits for its end is remembered by the object: it has to be the same each time. */
const seen = new WeakMap<Sight, WeakMap<InvocationRecord, InvocationRecord>>();

type Seen = { readonly [Key in keyof InvocationRecord]?: (record: InvocationRecord, sight: Sight) => unknown };

/** What tells of other Things; the rest is the invocation's own. */
const parts: Seen = {
  requestedBy: ({ requestedBy }, sight) => sight.text(requestedBy),
  waitingFor: ({ waitingFor }, sight) => sight.text(waitingFor),
  error: ({ error }, sight) => error && seenError(error, sight),
  steps: ({ steps }, sight) => steps.filter(({ thing }) => sight.sees(thing)).map((step) => seenStep(step, sight)),
  delivery: ({ delivery }, sight) => delivery.map((total) => nameless(total, sight)),
  lastCalls: ({ lastCalls }, sight) => lastCalls.map((total) => nameless(total, sight)),
  positions: ({ positions }, sight) => positions.map((one) => seenPosition(one, sight)),
  provenance: ({ provenance }, sight) => provenance.filter(({ thing }) => sight.sees(thing)),
  excerpts: ({ excerpts }, sight) => excerpts.filter(({ thing }) => sight.sees(thing)),
  log: ({ log, thing }, sight) => ({
    dropped: log.dropped,
    entries: (since?: number) => log.entries(since).flatMap((entry) => seenLine(entry, thing, sight)),
  }),
};

/** Of one that goes on most is a getter, which no spread takes along. */
const seenStep = (
  { thing, action, status, progress, requestedAt, startedAt, endedAt, error }: StepRecord,
  sight: Sight,
): StepRecord => ({
  ...{ thing, action, status, progress, requestedAt, startedAt, endedAt },
  error: sight.text(error),
});

function read(record: InvocationRecord, key: string | symbol, sight: Sight): unknown {
  const part = Object.hasOwn(parts, key) ? parts[key as keyof InvocationRecord] : undefined;
  // Asked of the record itself: its fields are private to it.
  return part ? part(record, sight) : Reflect.get(record, key, record);
}

export const nameless = <Total extends { readonly thing: string }>(total: Total, sight: Sight): Total =>
  sight.sees(total.thing) ? total : { ...total, thing: anotherThing };

/** Where it is, in words that may name anything. */
export const seenPosition = (position: Position, sight: Sight): Position => ({
  ...position,
  text: sight.text(position.text),
});

/** Of the same kind, in other words. */
function seenError(error: Error, sight: Sight): Error {
  const message = sight.text(error.message);
  return message === error.message ? error : Object.create(error, { message: { value: message } });
}

/** What the invocation says itself is told with it, also where it is of no Thing. */
function seenLine(entry: LogEntry, own: string, sight: Sight): readonly LogEntry[] {
  if (entry.thing !== own && !sight.sees(entry.thing)) return [];
  const { error, ...line } = entry;
  const thrown = error && { ...error, stack: sight.text(error.stack) };
  return [{ ...line, message: sight.text(line.message), ...(thrown && { error: thrown }) }];
}
