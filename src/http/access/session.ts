import type { Session, Sessions } from "../../access/sessions.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { json, refuse } from "../answer.ts";
import type { App } from "../view.ts";
import { credentialIn } from "./credentials.ts";
import type { Identify } from "./identify.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** That it came with; undefined when it came with a token, or with nothing. */
    session: Session | undefined;
  }
}

const path = "/gateway/session";

/** Whoever sends a session is who has begun it; `otherwise` says who anybody else is. */
export const bySession =
  (sessions: Sessions, otherwise: Identify): Identify =>
  (request) => {
    const { headers, raw, ip } = request;
    const credential = credentialIn({ headers, rawHeaders: raw.rawHeaders });
    request.session = credential === undefined ? undefined : sessions.find(credential);
    return request.session?.principal.askingFrom(ip) ?? otherwise(request);
  };

/** What is open by a session ends with it: streams, WebSockets, whatever waits. To be called when clients are known. */
export function endWithSessions(app: App): void {
  app.addHook("onRequest", ({ session, routeOptions }, { raw: response }, done) => {
    // Who ends it is to hear of it.
    if (session && !response.destroyed && routeOptions.url !== path)
      response.once(
        "close",
        session.hold(() => response.destroy()),
      );
    done();
  });
}

const notNeeded = "This gateway asks for no token, so nobody needs a session.";
const notByItself = "A session is begun with a token, and not with another session.";

/** `/gateway/session`: a token is exchanged for what a page may keep. Undefined `sessions`: there are no tokens. */
export function session(app: App, sessions: Sessions | undefined, { audit }: Pick<Gateway, "audit">): void {
  app.post(
    path,
    { config: { scope: "read", over: "visible" }, schema: { summary: "Exchange a token for a session" } },
    async (request, reply) => {
      if (!sessions) return refuse(reply, 404, notNeeded);
      if (request.session) return refuse(reply, 403, notByItself);
      const { text, session } = sessions.begin(request.principal);
      audit.note({ by: request.principal, what: "session.begun" });
      const until = new Date(session.until).toISOString();
      return json(reply, 201, { session: text, until, name: request.principal.name });
    },
  );

  app.delete(
    path,
    { config: { scope: "read", over: "visible" }, schema: { summary: "End the session that this is asked with" } },
    async (request, reply) => {
      if (!request.session) return refuse(reply, 404, sessions ? "This was asked with no session." : notNeeded);
      audit.note({ by: request.principal, what: "session.ended" });
      request.session.end();
      return reply.code(204).send();
    },
  );
}
