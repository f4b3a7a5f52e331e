import type { FastifyReply } from "fastify";
import { Places } from "../places.ts";
import type { App } from "../view.ts";
import { tearDown } from "./tear-down.ts";

/** What is smaller needs no place; bytes. */
const small = 64 * 1024;
/** So many larger ones may be on their way at a time, unless told. */
const maxLarge = 200;
const full = "too many large answers are on their way, and not read: try again later";

/**
 * Answers that nobody reads would fill the memory: so many large ones in all, shared fairly among those who have asked.
 * Streams make no more than is read.
 */
export function limitAnswers(app: App, max = maxLarge): void {
  const places = new Places({ max, full });
  app.addHook("onSend", (request, reply: FastifyReply, payload, done) => {
    if (!isLarge(payload)) return done(null, payload);
    try {
      const leave = places.take(request.principal?.key, () => tearDown(request.raw, reply.raw));
      reply.raw.once("finish", leave);
      reply.raw.once("close", leave);
    } catch (error) {
      return done(error as Error);
    }
    done(null, payload);
  });
}

const isLarge = (payload: unknown): boolean =>
  (typeof payload === "string" || payload instanceof Uint8Array) && payload.length > small;
