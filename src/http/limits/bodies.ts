import type { FastifyRequest } from "fastify";
import { Places } from "../places.ts";
import type { App } from "../view.ts";
import { tearDown } from "./tear-down.ts";

/** What is said to be no larger needs no place; bytes. All that instruments are usually told, stops too, is smaller. */
const small = 16 * 1024;
/** So many larger ones may be on their way at a time. */
const maxLarge = 64;
const full = "too many large bodies are on their way: try again later";

/** Bodies that never come to their end would fill the memory: so many in all, shared fairly among those who send them. */
export function limitBodies(app: App): void {
  const places = new Places({ max: maxLarge, full });
  app.addHook("preParsing", (request, { raw: response }, payload, done) => {
    if (isSmall(request)) return done(null, payload);
    try {
      const leave = places.take(request.principal.key, () => tearDown(request.raw, response));
      request.raw.once("end", leave);
      response.once("close", leave);
    } catch (error) {
      return done(error as Error);
    }
    done(null, payload);
  });
}

const isSmall = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) <= small;
