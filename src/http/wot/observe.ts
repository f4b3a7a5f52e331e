import type { FastifyReply, FastifyRequest } from "fastify";
import type { BenchEvent, NumberedEvent, PropertyEvent, ThingEvent } from "../../events/event.ts";
import type { Thing } from "../../thing/thing.ts";
import { attend, attendOn, observables } from "../attend.ts";
import { sendEvents } from "../events/sse.ts";
import type { View } from "../view.ts";

/** Of which Thing somebody wants to be told what. */
export interface Watched {
  readonly kind: "property" | "event";
  readonly thing: Thing;
  /** Of which one; of all that there are unless told. */
  readonly name?: string;
}

const streamRange = /^\s*text\/event-stream\s*(?:;|$)/i;
/** RFC 9110, 12.4.2: what has a weight of 0 is not acceptable. */
const unwanted = /;\s*q\s*=\s*0(?:\.0{0,3})?\s*(?:;|$)/i;

/** Whether a client wants events as they come, as the HTTP SSE Profile has it, rather than what there is. */
export const wantsStream = ({ headers }: Pick<FastifyRequest, "headers">): boolean =>
  headers.accept?.split(",").some((range) => streamRange.test(range) && !unwanted.test(range)) ?? false;

/** Observe or subscribe: each event has the name of its affordance, and its data alone. */
export function stream(request: FastifyRequest, reply: FastifyReply, view: View, watched: Watched): FastifyReply {
  return sendEvents(request, reply, view, {
    ...{ wants: wantsFor(watched), encode, tellsMissed: request.sight.all },
    attend: () => attendOn(view.gateway, () => attendTo(watched, view)),
  });
}

/** Have a Thing, as it is now, find out what somebody wants to be told of it; returns how to cease. */
export function attendTo({ thing: { name: of }, kind, name }: Watched, { gateway }: Pick<View, "gateway">): () => void {
  const thing = gateway.things.get(of);
  if (kind === "event" || !thing) return () => {};
  if (name === undefined) return attend([thing]);
  return observables(thing).includes(name) ? thing.attend(name) : () => {};
}

/** The same for all who want the same, so that what they are told is made once. */
export function wantsFor({ thing, kind, name = "" }: Watched): (event: BenchEvent) => boolean {
  const known = wantsOf.get(thing) ?? new Map<string, (event: BenchEvent) => boolean>();
  wantsOf.set(thing, known);
  const key = `${kind} ${name}`;
  const wants = known.get(key) ?? select(thing, kind, name);
  known.set(key, wants);
  return wants;
}

const wantsOf = new WeakMap<Thing, Map<string, (event: BenchEvent) => boolean>>();

/** What was too large to be told is not: its property can be read. */
function select(watched: Thing, kind: Watched["kind"], name: string) {
  const { name: thing, definition } = watched;
  const all = kind === "event" ? Object.keys(definition.events ?? {}) : observables(watched);
  const names = new Set(name === "" ? all : [name]);
  return (event: BenchEvent) =>
    isNews(event) && event.kind === kind && event.thing === thing && names.has(event.name) && !event.omitted;
}

const isNews = (event: BenchEvent): event is PropertyEvent | ThingEvent =>
  event.kind === "property" || event.kind === "event";

/** The profile would have an id tell the time; a time alone is that of many events. */
const encode = ({ event, at }: NumberedEvent) => ({
  event: isNews(event) ? event.name : event.kind,
  data: JSON.stringify(dataOf(event)),
  at,
});

export function dataOf(event: BenchEvent): unknown {
  if (!isNews(event)) return null;
  return (event.kind === "property" ? event.value : event.data) ?? null;
}
