import type { FastifyRequest } from "fastify";
import { json } from "../answer.ts";
import type { App, View } from "../view.ts";

/** `/gateway/about`: what this is, what time it has, and what whoever asks may do. `openToAll`: no token is asked of anybody, wherever he comes from. */
export function about(app: App, { gateway, prefix }: View, openToAll: boolean): void {
  const { version, mock, timeScale, startedAt, clockTrusted } = gateway.about;
  app.get(
    "/gateway/about",
    { config: { scope: "read", over: "visible" }, schema: { summary: "What this gateway is, and who asks" } },
    async (request, reply) =>
      json(reply, 200, {
        version,
        mock,
        timeScale,
        prefix,
        startedAt: new Date(startedAt).toISOString(),
        now: new Date().toISOString(),
        clock: { trusted: clockTrusted() },
        safeMode: request.sight.text(gateway.safeMode ?? null),
        openToAll,
        you: youOf(request),
      }),
  );
}

/** Whoever asks, and what he was given: the names in it he has been given, too. */
function youOf({ principal, session }: FastifyRequest) {
  return {
    name: principal.name,
    session: session !== undefined,
    grants: principal.grants.map(({ scope, things }) => ({ scope, things: things ?? null })),
  };
}
