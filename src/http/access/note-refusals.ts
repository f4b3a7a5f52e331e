import type { FastifyRequest } from "fastify";
import { stranger } from "../../access/principal.ts";
import type { Asker } from "../../asker.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { App } from "../view.ts";

/** Who was not let in, or not let do something, stands in the audit trail: with the route that he has asked for, never with what he has sent. */
export function noteRefusals(app: App, { audit, things }: Gateway): void {
  app.addHook("onResponse", (request, { statusCode }, done) => {
    if (statusCode === 401 || statusCode === 403) {
      const { thing } = (request.params ?? {}) as { readonly thing?: string };
      const detail = `${statusCode} ${request.method} ${request.routeOptions.url ?? "nothing that there is"}`;
      const known = thing !== undefined && things.has(thing) ? thing : undefined;
      audit.note({ by: askerOf(request), what: "access.refused", thing: known, detail });
    }
    done();
  });
}

/** Of who could not be identified his address is all that is known. */
const askerOf = ({ principal, ip }: Partial<Pick<FastifyRequest, "principal">> & Pick<FastifyRequest, "ip">): Asker =>
  principal ?? stranger(ip);
