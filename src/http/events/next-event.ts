import type { ServerResponse } from "node:http";
import type { BenchEvent, NumberedEvent } from "../../events/event.ts";
import type { View } from "../view.ts";

interface Asked {
  /** The number of the event upon which it follows; unless told, of the latest. */
  readonly after?: number | undefined;
  wants(event: BenchEvent): boolean;
  readonly waitMs: number;
  /** What a client may wait, where that is not what others may; milliseconds. */
  readonly maxWaitMs?: number | undefined;
  readonly response: ServerResponse;
  /** Whose place he takes who waits. */
  readonly by: string | undefined;
}

export interface Next {
  /** Undefined when none came in time, or the client has gone. */
  readonly told: NumberedEvent | undefined;
  /** The number to go on from: what follows upon it has not been looked at. */
  readonly after: number;
  /** How many events of all kinds before it are not kept any more, and may have been wanted. */
  readonly missed: number;
}

/**
 * The first event after `after` that somebody wants, for those who ask again and again rather than listen. It waits up to
 * `waitMs`, within what a client may wait; where too many wait it does not.
 */
export async function nextEvent(
  { gateway, patience }: View,
  { after = gateway.events.last, wants, waitMs, maxWaitMs, response, by }: Asked,
): Promise<Next> {
  const { events } = gateway;
  const look = (from: number): Next => {
    let number = Math.max(from, events.oldest - 1);
    const missed = number - from;
    while (number < events.last) {
      const told = events.get(++number);
      if (told && wants(told.event)) return { told, after: number, missed };
    }
    return { told: undefined, after: number, missed };
  };
  const found = look(after);
  if (found.told || waitMs <= 0) return found;
  let came = () => {};
  const ended = new Promise<void>((resolve) => {
    came = resolve;
  });
  const leave = events.listen(({ event }) => {
    if (wants(event)) came();
  });
  await patience.until({ ended }, waitMs, response, { by, maxMs: maxWaitMs, among: "events" }).finally(leave);
  const { missed, ...next } = look(found.after);
  return { ...next, missed: found.missed + missed };
}
