import type { FastifyReply, FastifyRequest } from "fastify";
import { notAllowed, notFound, originOf, refuse } from "./answer.ts";
import { pathIn } from "./dialect.ts";
import type { Paths } from "./paths.ts";
import type { App } from "./view.ts";

const whereThingsAre =
  "Nothing is at this address: take one from the forms of the Thing Descriptions, which are at /gateway/directory/things.";

/**
 * Answer what no route has matched, and what does not exist for who asks: 405 where another method would do, 404, and
 * where a slash is missing or too much 307, as LabThings does; consumers of the Web of Things are sent nowhere else.
 */
export function answerUnmatched(app: App, paths: Paths): void {
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = pathIn(request.url);
    const { sight } = request;
    const methods = paths.methodsAt(path, sight);
    if (methods.length > 0) return notAllowed(reply, methods);
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    if (request.dialect === "wot") return refuse(reply, 404, whereThingsAre);
    if (!paths.methodsAt(other, sight).includes(request.method)) return notFound(reply);
    const query = /\?.*$/s.exec(request.url)?.[0] ?? "";
    return reply
      .code(307)
      .header("location", `${originOf(request)}${other}${query}`)
      .send();
  });
}
