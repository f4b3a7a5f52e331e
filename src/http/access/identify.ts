import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../access/principal.ts";
import { refuse } from "../answer.ts";
import type { App } from "../view.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known before anything is routed to him. */
    principal: Principal;
  }
}

/** Who sends a request; undefined when he has to say so, and has not. */
export type Identify = (request: FastifyRequest) => Principal | undefined;

/** The same whatever is wrong with a token, or that there is none: nobody is told which. */
const nobody = "This gateway answers only who has a token of it: send it as Authorization: Bearer TOKEN.";

/** Find out who sends each request, before anything else is done for him. */
export function identifyClients(app: App, identify: Identify): void {
  app.decorateRequest("principal");
  app.addHook("onRequest", (request, reply, done) => {
    const principal = identify(request);
    if (!principal) return void refuseNobody(reply);
    request.principal = principal;
    done();
  });
}

const refuseNobody = (reply: FastifyReply) => refuse(reply.header("www-authenticate", "Bearer"), 401, nobody);
