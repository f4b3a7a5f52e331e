import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { OpenBlob } from "../../blob.ts";
import { seesBlob } from "../access/seen-blob.ts";
import { json } from "../answer.ts";
import { blobParams } from "../query.ts";
import { securityHeaders } from "../security.ts";
import { variesBy } from "../tagged.ts";
import type { App, View } from "../view.ts";
import { contentTypeOf, dispositionOf } from "./disposition.ts";
import { namesTag, type Range, rangeOf } from "./range.ts";

/** Fewer than can be read at a time: some are let go of after their place was given to others. */
const maxReaders = 80;
/** Whatever a blob is, a browser that opens it runs nothing of it. */
const policy = `sandbox; ${securityHeaders["content-security-policy"]}`;
/** What is under an id never changes. */
const caching = "private, max-age=31536000, immutable";

/** `/blob/{id}`: the bytes of what is no JSON. */
export function blobs(app: App, view: View): void {
  // Fastify's own answers to HEAD tell no length of what is a stream.
  for (const method of ["GET", "HEAD"] as const)
    app.route({
      method,
      url: "/blob/:blob_id",
      exposeHeadRoute: false,
      config: { scope: "read", over: "visible" },
      schema: { summary: "The bytes of a blob", params: blobParams },
      handler: async (request, reply) => sendBlob(request, reply, view, request.params.blob_id.toLowerCase()),
    });
}

/** Answer with a blob, or what is asked of it. Nothing of it is in memory but what is on its way. */
export async function sendBlob(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, audience }: View,
  id: string,
): Promise<FastifyReply> {
  const enter = audience.expect({ what: "blobs", max: maxReaders, by: request.principal.key }, reply.raw);
  const blob = (await seesBlob(gateway, request.sight, id)) ? await gateway.blobs.open(id) : undefined;
  if (!blob) return json(reply, 404, { detail: "Blob not found" });
  const tag = `"${id}"`;
  const { size } = blob.about;
  const { range, "if-range": ifRange } = request.headers;
  // Ranges are for GET alone (RFC 9110, 14.2).
  const ranged = request.method === "GET" && (ifRange === undefined || ifRange === tag);
  const wanted = ranged ? rangeOf(range, size) : undefined;
  reply.headers({
    etag: tag,
    "accept-ranges": "bytes",
    "cache-control": caching,
    "content-security-policy": policy,
    "content-disposition": dispositionOf(blob.about),
  });
  // What somebody may read is not for whoever uses the same browser after him.
  variesBy(reply, "authorization");
  const answer = answerOf(request, tag, wanted, size);
  if (typeof answer === "object" && request.method === "GET") {
    const { status, start, end } = answer;
    describe(reply.code(status), blob, answer, size);
    const bytes = Readable.from(blob.read(start, end), { objectMode: false, highWaterMark: 64 * 1024 });
    // Also when it is given up before it has begun.
    bytes.once("close", () => void blob.close());
    // Half a file is of no use: whoever is in the middle of it when the server closes asks again.
    enter({ return: () => reply.raw.destroy() });
    return reply.send(bytes);
  }
  await blob.close();
  if (answer === 304) return reply.code(304).send();
  if (answer === 416) {
    reply.header("content-range", `bytes */${size}`).removeHeader("content-disposition");
    return json(reply.header("cache-control", "no-store"), 416, {
      detail: `It has ${size} bytes: ask for some of these.`,
    });
  }
  return describe(reply.code(answer.status), blob, answer, size).send();
}

type Answer = 304 | 416 | { readonly status: 200 | 206; readonly start: number; readonly end: number };

function answerOf({ headers }: FastifyRequest, tag: string, range: Range, size: number): Answer {
  if (namesTag(headers["if-none-match"], tag)) return 304;
  if (range === "unsatisfiable") return 416;
  return range ? { status: 206, ...range } : { status: 200, start: 0, end: size };
}

function describe(reply: FastifyReply, { about }: OpenBlob, answer: Exclude<Answer, number>, size: number) {
  const { status, start, end } = answer;
  reply.header("content-type", contentTypeOf(about)).header("content-length", String(end - start));
  if (status === 206) reply.header("content-range", `bytes ${start}-${end - 1}/${size}`);
  return reply;
}
