import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { namesTag } from "./blobs/range.ts";

/** The strong entity tag of what these say together. */
export function tagOfText(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  // Each with its length: what stands in one part could stand in the next.
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return `"${hash.digest("base64url").slice(0, 27)}"`;
}

interface Tagged {
  /** Changes with each byte of `text`, and says nothing of what its reader may not see. */
  readonly etag: string;
  /** JSON; asked for when it is sent. */
  readonly text: () => string;
  readonly type?: string;
}

/**
 * Answer with what is the same until it changes: to be asked for again each time, and sent only to whoever does not know it.
 * Others may read something else at the same address.
 */
export function sendTagged(reply: FastifyReply, { etag, text, type = "application/json" }: Tagged): FastifyReply {
  reply.headers({ etag, "cache-control": "no-cache" });
  variesBy(reply, "authorization");
  if (namesTag(reply.request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.header("content-type", type).serializer(String).send(text());
}

/** Beside whatever else it depends on, such as the page that asks. */
export function variesBy(reply: FastifyReply, header: string): void {
  const known = reply.getHeader("vary");
  reply.header("vary", known === undefined ? header : `${known}, ${header}`);
}
