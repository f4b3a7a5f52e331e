import type { FastifyReply, FastifyRequest } from "fastify";
import { LaneFullError } from "../../errors.ts";
import type { BenchEvent, NumberedEvent, PropertyEvent, ThingEvent } from "../../gateway/events/event.ts";
import type { PropertyAffordance } from "../../thing/affordance.ts";
import type { Thing } from "../../thing/thing.ts";
import { json, originOf, refuse } from "../answer.ts";
import { nextEvent } from "../next-event.ts";
import { sendEvents } from "../sse.ts";
import { idOf, readId } from "../sse-message.ts";
import type { View } from "../view.ts";

/** Of which Thing somebody wants to be told what. */
export interface Watched {
  readonly kind: "property" | "event";
  readonly thing: Thing;
  /** Of which one; of all that there are unless told. */
  readonly name?: string;
}

export interface Polled {
  /** Seconds. */
  readonly wait?: number;
  /** The id of the event upon which the one that is wanted follows. */
  readonly after?: string;
}

/** Whether a client wants events as they come, as the HTTP SSE Profile has it, rather than what there is. */
export const wantsStream = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.toLowerCase().includes("text/event-stream") ?? false;

/** Observe or subscribe: each event has the name of its affordance, and its data alone. */
export function stream(request: FastifyRequest, reply: FastifyReply, view: View, watched: Watched): FastifyReply {
  return sendEvents(request, reply, view, { wants: wantsFor(watched), encode });
}

/**
 * The next event for those who ask again and again: 200 and its data, or 204 when none comes in time. The Link header
 * tells where the one after it will be. Where some are missing, as they are not kept for so long or benchd was started
 * again, `anew` answers in their place.
 */
export async function poll(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  watched: Watched,
  { wait = 0, after }: Polled,
  anew: () => Promise<FastifyReply> = async () => refuse(reply, 410, lost),
): Promise<FastifyReply> {
  // Whoever looks whether there is such a place does not wait.
  if (request.method === "HEAD") return json(reply, 200, null);
  const { events } = view.gateway;
  if (wait > 0 && view.patience.full) throw new LaneFullError("too many wait for events already: try again later");
  const link = (number: number) => reply.header("link", nextPage(request, wait, idOf(events.epoch, number)));
  const number = after === undefined ? events.last : readId(after, events.epoch);
  if (typeof number === "string" || number > events.last) {
    link(events.last);
    return anew();
  }
  const next = await nextEvent(view, {
    after: number,
    wants: wantsFor(watched),
    waitMs: wait * 1000,
    response: reply.raw,
  });
  link(next.after);
  if (next.missed > 0) return anew();
  return next.told ? json(reply, 200, dataOf(next.told.event)) : reply.code(204).send();
}

const lost =
  "Some events are missing: they are not kept for so long, or benchd was started again since. Go on by the link.";

/** The same for all who want the same, so that what they are told is made once. */
function wantsFor({ thing, kind, name = "" }: Watched): (event: BenchEvent) => boolean {
  const known = wantsOf.get(thing) ?? new Map<string, (event: BenchEvent) => boolean>();
  wantsOf.set(thing, known);
  const key = `${kind} ${name}`;
  const wants = known.get(key) ?? select(thing, kind, name);
  known.set(key, wants);
  return wants;
}

const wantsOf = new WeakMap<Thing, Map<string, (event: BenchEvent) => boolean>>();

/** What was too large to be told is not: its property can be read. */
function select({ name: thing, definition }: Thing, kind: Watched["kind"], name: string) {
  const { properties = {}, events = {} } = definition;
  const observable = Object.entries<PropertyAffordance>(properties).filter((entry) => entry[1].observable);
  const all = kind === "event" ? Object.keys(events) : observable.map(([property]) => property);
  const names = new Set(name === "" ? all : [name]);
  return (event: BenchEvent) =>
    isNews(event) && event.kind === kind && event.thing === thing && names.has(event.name) && !event.omitted;
}

const isNews = (event: BenchEvent): event is PropertyEvent | ThingEvent =>
  event.kind === "property" || event.kind === "event";

const encode = ({ event }: NumberedEvent) => ({
  event: isNews(event) ? event.name : event.kind,
  data: JSON.stringify(dataOf(event)),
});

function dataOf(event: BenchEvent): unknown {
  if (!isNews(event)) return null;
  return (event.kind === "property" ? event.value : event.data) ?? null;
}

function nextPage(request: FastifyRequest, wait: number, after: string): string {
  const url = new URL(request.url, originOf(request));
  url.search = new URLSearchParams({ wait: String(wait), after }).toString();
  return `<${url.href}>; rel="next"`;
}
