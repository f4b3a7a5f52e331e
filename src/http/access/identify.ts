import type { FastifyReply, FastifyRequest } from "fastify";
import { type Principal, stranger } from "../../access/principal.ts";
import { refuse } from "../answer.ts";
import type { App } from "../view.ts";
import { challengesFor } from "./credentials.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known before anything is routed to him. */
    principal: Principal;
  }
}

/** Who sends a request; undefined when he has to say so, and has not. */
export type Identify = (request: FastifyRequest) => Principal | undefined;

/** The same whatever is wrong with a token, or that there is none: nobody is told which. */
const nobody =
  "This gateway answers only who has a token of it: send it as Authorization: Bearer TOKEN, or as the password of HTTP Basic.";

/** Tells of each whose access has ended; returns how to be told no more. */
type OnEnded = (heard: () => void) => () => void;

/** Find out who sends each request, before anything else is done for him. */
export function identifyClients(app: App, identify: Identify, onEnded?: OnEnded): void {
  let ended = 0;
  const deaf = onEnded?.(() => void ended++);
  app.addHook("onClose", async () => deaf?.());
  /** How many had ended when it was found out. */
  const known = new WeakMap<FastifyRequest, number>();
  app.decorateRequest("principal");
  app.addHook("onRequest", (request, reply, done) => {
    const open = request.routeOptions.config.withoutToken === true;
    const principal = identify(request) ?? (open ? stranger(request.ip) : undefined);
    if (!principal) return void refuseNobody(request, reply);
    request.principal = principal;
    if (onEnded && hasBody(request)) known.set(request, ended);
    done();
  });
  // A body may come long after its head, and a token end meanwhile.
  app.addHook("preValidation", (request, reply, done) => {
    if (request.routeOptions.config.withoutToken || !hasBody(request)) return done();
    if (known.get(request) === ended || identify(request)) return done();
    refuseNobody(request, reply);
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** In the one way that there is. */
export const refuseNobody = ({ headers }: FastifyRequest, reply: FastifyReply) =>
  refuse(reply.header("www-authenticate", challengesFor(headers)), 401, nobody);
