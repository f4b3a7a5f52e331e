import type { FastifyReply, FastifyRequest } from "fastify";
import { type Principal, stranger } from "../../access/principal.ts";
import { refuse } from "../answer.ts";
import type { App } from "../view.ts";
import { challengesFor } from "./credentials.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known before anything is routed to him. */
    principal: Principal;
    /** How many had lost their access when that was found out; undefined where nobody counts them. */
    identifiedAfter: number | undefined;
  }
}

/** Who sends a request; undefined when he has to say so, and has not. */
export type Identify = (request: FastifyRequest) => Principal | undefined;

/** The same whatever is wrong with a token, or that there is none: nobody is told which. */
const nobody =
  "This gateway answers only who has a token of it: send it as Authorization: Bearer TOKEN, or as the password of HTTP Basic.";

/**
 * Find out who sends each request, before anything else is done for him. `endings` counts those whose access has ended,
 * where somebody tells.
 */
export function identifyClients(app: App, identify: Identify, endings?: () => number): void {
  app.decorateRequest("principal");
  app.decorateRequest("identifiedAfter");
  app.addHook("onRequest", (request, reply, done) => {
    const open = request.routeOptions.config.withoutToken === true;
    const principal = identify(request) ?? (open ? stranger(request.ip) : undefined);
    if (!principal) return void refuseNobody(request, reply);
    request.principal = principal;
    request.identifiedAfter = endings?.();
    done();
  });
  // A body may come long after its head, and a start may take long; a token may end meanwhile.
  app.addHook("preValidation", (request, reply, done) => {
    const { identifiedAfter, routeOptions } = request;
    if (routeOptions.config.withoutToken) return done();
    const nobodyHas = identifiedAfter === undefined ? !hasBody(request) : identifiedAfter === endings?.();
    if (nobodyHas || identify(request)) return done();
    refuseNobody(request, reply);
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** In the one way that there is. */
export const refuseNobody = ({ headers }: FastifyRequest, reply: FastifyReply) =>
  refuse(reply.header("www-authenticate", challengesFor(headers)), 401, nobody);
