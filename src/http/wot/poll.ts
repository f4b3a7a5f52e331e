import { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { LaneFullError } from "../../errors.ts";
import { json, originOf, refuse } from "../answer.ts";
import { nextEvent } from "../events/next-event.ts";
import { idOf, readId } from "../events/sse-message.ts";
import { maxWaitMs } from "../patience.ts";
import type { View } from "../view.ts";
import { attendTo, dataOf, type Watched, wantsFor } from "./observe.ts";

/**
 * How long a consumer may wait for an event; milliseconds. node-wot's takes the end of a wait for an event without data,
 * and has an hour's patience.
 */
export const maxPollMs = 3_540_000;

interface Polled {
  /** Seconds. */
  readonly wait?: number;
  /** The id of the event upon which the one that is wanted follows. */
  readonly after?: string;
  /** Answers where some events are missing, as they are not kept for so long or benchd was started again. */
  gap?(): Promise<FastifyReply>;
  /** Answers where none has come in time. */
  nothing?(): Promise<FastifyReply>;
}

const lost =
  "Some events are missing: they are not kept for so long, or benchd was started again since. Go on by the link.";

/**
 * The next event for those who ask again and again: 200 and its data, or 204 when none comes in time. The Link header
 * tells where the one after it will be.
 */
export async function poll(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  watched: Watched,
  { wait = 0, after, gap = async () => refuse(reply, 410, lost), nothing = async () => reply.code(204).send() }: Polled,
): Promise<FastifyReply> {
  // Whoever looks whether there is such a place does not wait.
  if (request.method === "HEAD") return json(reply, 200, null);
  const { events } = view.gateway;
  const waitMs = Math.min(wait * 1000, maxPollMs);
  const by = request.principal.key;
  if (waitMs > 0 && !view.patience.hasRoom(by, "events"))
    throw new LaneFullError("too many wait for events already: try again later");
  const link = (number: number) => reply.header("link", nextPage(request, wait, idOf(events.epoch, number)));
  const number = after === undefined ? events.last : readId(after, events.epoch);
  if (typeof number === "string" || number > events.last) {
    link(events.last);
    return gap();
  }
  stayConnected(request.raw.socket, waitMs);
  const wants = wantsFor(watched);
  const cease = waitMs > 0 ? attendTo(watched, view) : () => {};
  const asked = { after: number, wants, waitMs, maxWaitMs: maxPollMs, response: reply.raw, by };
  const next = await nextEvent(view, asked).finally(cease);
  link(next.after);
  if (next.missed > 0) return gap();
  return next.told ? json(reply, 200, dataOf(next.told.event)) : nothing();
}

/** So long nothing may come and go on a connection beyond the wait that it is there for; milliseconds. */
const marginMs = 30_000;

/** The server hangs up on connections that are silent for long. Who has vanished is noticed by the system. */
function stayConnected(socket: Socket, waitMs: number): void {
  if (waitMs <= maxWaitMs || !(socket instanceof Socket)) return;
  socket.setTimeout(waitMs + marginMs);
  socket.setKeepAlive(true, marginMs);
}

function nextPage(request: FastifyRequest, wait: number, after: string): string {
  const url = new URL(request.url, originOf(request));
  url.search = new URLSearchParams({ wait: String(wait), after }).toString();
  return `<${url.href}>; rel="next"`;
}
