import type { Gateway } from "../../gateway/gateway.ts";
import type { Finding } from "../../gateway/health.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import type { App, View } from "../view.ts";
import { degradations } from "./degraded.ts";

/** `/health`, `/ready` and `/thing_states`: how the gateway and its Things are. */
export function health(app: App, { gateway }: View): void {
  const state = (sight: Sight) => {
    const { trusted, reason = null, findings } = gateway.health.look();
    const probes = Object.fromEntries(findings.map((finding) => [finding.name, shown(finding)]));
    const reasons = degradations(gateway, sight);
    const rest = { reasons, probes };
    if (!trusted) return { status: "failing", reason, ...rest };
    if (gateway.closing) return { status: "closing", reason: null, ...rest };
    if (gateway.safeMode !== undefined) return { status: "safe-mode", reason: gateway.safeMode, ...rest };
    return { status: reasons.length > 0 ? "degraded" : "ok", reason: null, ...rest };
  };

  app.get(
    "/health",
    {
      config: { scope: "read", over: "visible", withoutToken: true },
      schema: { summary: "The gateway is alive, and what it judges that by" },
    },
    async ({ sight }, reply) => {
      const { status, reasons, ...more } = state(sight);
      // What watches it from elsewhere needs no more, and has no token; the probes tell of all Things.
      const some = sight.all || sight.things.size > 0 ? { status, reasons } : { status };
      const told = sight.all ? { ...some, ...more } : some;
      return json(reply, status === "failing" ? 503 : 200, told);
    },
  );

  app.get(
    "/ready",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The gateway takes work: every Thing has been tried" },
    },
    async ({ sight }, reply) => {
      const { status, reason } = state(sight);
      const opening = [...gateway.things.values()].filter(({ state }) => state === "opening").map(({ name }) => name);
      const served = status === "ok" || status === "degraded";
      const ready = served && opening.length === 0 && !gateway.beginning;
      // A Thing without its device does not keep the others from working.
      return json(reply, ready ? 200 : 503, {
        ...{ ready, closing: gateway.closing, opening: opening.filter((name) => sight.sees(name)) },
        reason: sight.text(reason),
      });
    },
  );

  app.get(
    "/thing_states",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The state of each Thing, and why" } },
    async ({ sight }, reply) => json(reply, 200, sight.all ? gateway.states() : seenStates(gateway.states(), sight)),
  );
}

function seenStates(states: ReturnType<Gateway["states"]>, sight: Sight) {
  const seen = Object.entries(states).filter(([name]) => sight.sees(name));
  return Object.fromEntries(
    seen.map(([name, { reason, running, ...rest }]) => [
      name,
      { ...rest, reason: sight.text(reason), running: sight.text(running) },
    ]),
  );
}

const shown = ({ why, figures }: Finding) => ({ ok: why === undefined, why: why ?? null, ...figures });
