import { json } from "./answer.ts";
import type { App, View } from "./view.ts";

/** `/health`, `/ready` and `/thing_states`: how the gateway and its Things are. */
export function health(app: App, { gateway }: View): void {
  app.get("/health", { config: { scope: "read" }, schema: { summary: "The gateway is alive" } }, async (_, reply) =>
    json(reply, 200, { status: gateway.closing ? "closing" : "ok" }),
  );

  app.get(
    "/ready",
    { config: { scope: "read" }, schema: { summary: "The gateway takes work: every Thing has been tried" } },
    async (_, reply) => {
      const opening = [...gateway.things.values()].filter(({ state }) => state === "opening").map(({ name }) => name);
      const ready = !gateway.closing && opening.length === 0;
      // A Thing without its device does not keep the others from working.
      return json(reply, ready ? 200 : 503, { ready, closing: gateway.closing, opening });
    },
  );

  app.get(
    "/thing_states",
    { config: { scope: "read" }, schema: { summary: "The state of each Thing, and why" } },
    async (_, reply) => json(reply, 200, gateway.states()),
  );
}
