import type { FastifyRequest } from "fastify";
import type { Scope } from "../../access/scope.ts";
import { ForbiddenError, NotFoundError } from "../../errors.ts";
import type { App } from "../view.ts";

/** Let a client do only what its principal may, as each route says. */
export function authorizeClients(app: App): void {
  app.addHook("onRequest", (request, _, done) => {
    const { url = "", config } = request.routeOptions;
    const { scope, over = url.includes("/:thing/") ? "thing" : "bench" } = config;
    // What no route has matched changes nothing, and tells nothing; and what anybody may, everybody may.
    if (scope === undefined || config.withoutToken) return done();
    if (over === "visible") assertMaySomewhere(request, scope);
    else assertMay(request, scope, over === "thing" ? thingIn(request) : undefined);
    done();
  });
}

/**
 * Throws `ForbiddenError`, or `NotFoundError` for a Thing that he may not even see. With no Thing named it is about the
 * gateway, and all Things.
 */
export function assertMay(request: FastifyRequest, scope: Scope, thing?: string): void {
  const { principal } = request;
  if (principal.may(scope, thing)) return;
  if (thing !== undefined && !sees(request, thing)) throw new NotFoundError("Not Found");
  const what = thing === undefined ? "for the whole bench" : `for ${thing}`;
  throw new ForbiddenError(`that needs the scope ${scope} ${what}, which ${principal.name} does not have`);
}

function assertMaySomewhere({ principal }: FastifyRequest, scope: Scope): void {
  if (principal.maySomewhere(scope)) return;
  throw new ForbiddenError(`that needs the scope ${scope}, which ${principal.name} does not have`);
}

/** Whether a Thing exists for him. */
export const sees = ({ principal }: FastifyRequest, thing: string): boolean => principal.may("read", thing);

const thingIn = ({ params }: FastifyRequest): string => (params as { readonly thing: string }).thing;
