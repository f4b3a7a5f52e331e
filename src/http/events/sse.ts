import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EventLog } from "../../events/event-log.ts";
import { hangUp } from "../pipelined.ts";
import type { View } from "../view.ts";
import type { Subscription } from "./event-batches.ts";
import { gapMessage, idLine, readId } from "./sse-message.ts";

interface Asked extends Subscription {
  /** Where to resume, for clients that cannot send the header `Last-Event-ID`, which goes before. */
  readonly lastEventId?: string | undefined;
  /** Has what is wanted found out while somebody listens; returns how to cease. */
  attend?(): () => void;
}

/** How long a client that was cut off waits until it tries again; milliseconds. */
const retryMs = 2000;

/**
 * Answer by a stream of events as they happen (text/event-stream), from the one on that follows upon `Last-Event-ID`,
 * until one side leaves. What lies between the two and cannot be told is told as a gap. Throws `LaneFullError` when too
 * many listen.
 */
export function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  { lastEventId, attend, ...subscription }: Asked,
): FastifyReply {
  const { subscribers, gateway } = view;
  // What stands between, such as nginx, is not to wait for more.
  reply.headers({ "content-type": "text/event-stream", "x-accel-buffering": "no" });
  if (request.method === "HEAD") return reply.send();
  const { raw: response } = reply;
  // Whoever has gone would leave no place again.
  if (response.destroyed) return reply.hijack();
  const leave = subscribers.places.take(request.principal.key, () => sendHome(response));
  response.once("close", leave);
  const asked = request.headers["last-event-id"] || lastEventId;
  const { cursor, head } = place(asked ? String(asked) : undefined, gateway.events, subscription);
  // A connection that was busy when the server closed would keep it waiting for the next request.
  reply.header("connection", "close");
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  // It ends with the connection, so it needs no chunks.
  response.removeHeader("transfer-encoding");
  response.writeHead(200);
  response.write(`retry: ${retryMs}\n${head}`);
  const { ip } = request;
  subscribers.add(response, subscription, cursor, (why) =>
    request.log.info({ ip, url: request.url }, `one who listens to events ${why}, and is sent away`),
  );
  if (attend && !response.destroyed) response.once("close", attend());
  return reply;
}

/** Nobody waits for one who does not read. */
function sendHome(response: ServerResponse): void {
  if (response.writableNeedDrain) hangUp(response);
  else response.end();
}

/** Where a client goes on, and what it is told of that. */
function place(
  id: string | undefined,
  log: EventLog,
  { tellsMissed = true }: Subscription,
): { readonly cursor: number; readonly head: string } {
  const { epoch, last } = log;
  const kept = log.oldest - 1;
  // It may be cut off before it is told anything: from here on nothing is lost.
  const at = (cursor: number) => ({ cursor, head: `${idLine(epoch, cursor)}\n` });
  if (id === undefined) return at(last);
  const number = readId(id, epoch);
  if (number === "restart" || number === "unknown_id" || number > last) {
    const why = number === "restart" ? number : "unknown_id";
    return { cursor: kept, head: `\n${gapMessage(epoch, { why, missed: null, after: kept })}` };
  }
  if (number >= kept) return at(number);
  const missed = tellsMissed ? kept - number : null;
  return { cursor: kept, head: `\n${gapMessage(epoch, { why: "too_old", missed, after: kept })}` };
}
