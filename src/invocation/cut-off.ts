import type { Cause } from "./cause.ts";
import type { Frame } from "./frame.ts";
import type { Invocation } from "./invocation.ts";
import { climb } from "./ladder.ts";
import type { LaneOwner } from "./lane-owner.ts";
import type { Live } from "./live.ts";
import { Ticket } from "./ticket.ts";

/** End one: by the ladder if it has begun. */
export function endLive({ ticket, frame }: Live, cause: Cause, graceMs?: number): void {
  if (ticket) ticket.drop(cause);
  else climb(frame, cause, graceMs);
}

/** Drop what waits for its lanes: none of it starts because another has left before it. */
export function dropWaiting(lives: readonly Live[], cause: Cause): void {
  const tickets = lives.flatMap(({ ticket }) => ticket ?? []);
  Ticket.drop(tickets, cause);
}

/** Leave waiting for another process what `outlives` this one; it can still be cancelled until then. */
export function parkWaiting(lives: readonly Live[], outlives: (invocation: Invocation) => boolean): void {
  const staying = lives.filter(({ invocation, ticket }) => ticket && outlives(invocation));
  Ticket.park(staying.flatMap(({ ticket }) => ticket ?? []));
  for (const { frame } of staying) frame.grace?.cancel();
}

/**
 * Cut off everything at once: when `stop` is called nothing old reaches a device any more. Then what was cut off is
 * ended. Synchronous throughout.
 */
export function cutOff(all: readonly Live[], writes: readonly Frame[], cause: Cause, stop: () => void): void {
  const lives = all.filter(({ call }) => !call.rules.urgent);
  // What an urgent call has made of others is none of its urgency.
  const called = all.filter(({ call }) => call.rules.urgent).flatMap(({ frame }) => [...frame.tree()]);
  const frames = [
    ...lives.filter(({ ticket }) => !ticket).map(({ frame }) => frame),
    ...called.filter(({ kind }) => kind !== "urgent"),
    ...writes,
  ];
  for (const frame of frames) frame.breakOff(() => cause.error);
  stop();
  dropWaiting(lives, cause);
  for (const frame of frames) climb(frame, cause, 0);
}

/**
 * Those that work on one of these Things, hold it or wait for it, by themselves or in a part; and what goes through several
 * Things when it has used one of these: what it has done there may be undone.
 */
export const concerned = (owners: ReadonlySet<LaneOwner>, lives: readonly Live[], writes: readonly Frame[]) =>
  [
    lives.filter(
      ({ call, frame }) =>
        call.lanes.some(({ owner }) => owners.has(owner)) || touches(frame, owners) || hasUsed(frame, owners),
    ),
    writes.filter((frame) => touches(frame, owners)),
  ] as const;

const hasUsed = ({ owner, touched }: Frame, owners: ReadonlySet<LaneOwner>): boolean =>
  owner.standsFor !== undefined && [...touched].some((one) => owners.has(one));

/** Whether it is done on one of these Things, holds it or waits for it, in itself or in a part. */
export const touches = (root: Frame, owners: ReadonlySet<LaneOwner>): boolean =>
  touchesAny(root, (owner) => owners.has(owner));

const touchesAny = (root: Frame, isOne: (owner: LaneOwner) => boolean): boolean =>
  [...root.tree()].some(({ owner, held, waitingFor }) =>
    [owner, ...held.map((lane) => lane.owner), waitingFor?.owner].some((one) => one && isOne(one)),
  );

/** Call `over` once none of these works on that Thing, unless others do by then. */
export function leaveWhenOver(
  thing: string,
  running: readonly Live[],
  all: () => readonly Live[],
  over: (thing: string) => Promise<void>,
): void {
  const isIt = ({ name }: LaneOwner) => name === thing;
  // What it has used once it may use again.
  const working = running.filter(({ frame }) => [...frame.touched].some(isIt) || touchesAny(frame, isIt));
  const othersWork = () => all().some((one) => !one.ticket && !working.includes(one) && touchesAny(one.frame, isIt));
  let left = working.length;
  const leave = async () => {
    if (left === 0 && !othersWork()) await over(thing);
  };
  const oneLess = () => {
    left--;
    return leave();
  };
  if (left === 0) void leave();
  for (const live of working) live.afterwards = [...(live.afterwards ?? []), oneLess];
}
