import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { maxViewers, type Viewer } from "../../thing/frames.ts";
import type { Thing } from "../../thing/thing.ts";
import type { View } from "../view.ts";

/** Which stream is watched, and how many of its frames; without a number until one side leaves. */
interface Watched {
  readonly thing: Thing;
  readonly name: string;
  readonly contentType: string;
  readonly frames?: number | undefined;
}

/** Between two pictures; LabThings' word. */
const boundary = "frame";

/**
 * A stream as it comes: pictures one replacing the other, as a browser shows them in an `<img>`, or one picture alone.
 * Nothing is kept for who reads slowly: the frame that is on its way, and after it the one that is then the latest.
 */
export function sendStream(request: FastifyRequest, reply: FastifyReply, view: View, watched: Watched): FastifyReply {
  const { thing, name, contentType, frames = Number.POSITIVE_INFINITY } = watched;
  const multipart = contentType.startsWith("image/") && frames > 1;
  reply.type(multipart ? `multipart/x-mixed-replace; boundary=${boundary}` : contentType);
  if (request.method === "HEAD") return reply.send();
  // A connection that was busy when the server closed would keep it waiting for the next request.
  reply.header("connection", "close");
  const seat = { what: `${thing.name}.${name}`, max: maxViewers, by: request.principal.key };
  const enter = view.audience.expect(seat, reply.raw);
  const viewer = thing.watch(name);
  enter(viewer);
  return reply.send(Readable.from(parts(viewer, frames, multipart ? contentType : undefined), { objectMode: false }));
}

async function* parts(viewer: Viewer, frames: number, contentType: string | undefined): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const frame of viewer) {
    yield contentType === undefined
      ? frame
      : Buffer.concat([head(contentType, frame.length), frame, Buffer.from("\r\n")]);
    if (++sent >= frames) break;
  }
  if (contentType !== undefined) yield Buffer.from(`--${boundary}--\r\n`);
}

const head = (contentType: string, length: number) =>
  Buffer.from(`--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Length: ${length}\r\n\r\n`);
