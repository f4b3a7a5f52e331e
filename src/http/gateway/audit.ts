import type { Gateway } from "../../gateway/gateway.ts";
import type { Sight } from "../access/sight.ts";
import { json, originOf } from "../answer.ts";
import { auditQuery } from "../query.ts";
import type { App, View } from "../view.ts";

const usualLimit = 100;

/** `/gateway/audit`: who did what to which Thing, when and from where, newest first. */
export function audit(app: App, { gateway }: View): void {
  app.get(
    "/gateway/audit",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "Who did what to which Thing, when and from where", querystring: auditQuery },
    },
    async (request, reply) => {
      const { limit = usualLimit, since, ...filter } = request.query;
      const { sight } = request;
      const from = since === undefined ? undefined : Date.parse(since);
      const entries = gateway.audit.page({ ...filter, things: sight.names, since: from, limit: limit + 1 });
      const page = entries.slice(0, limit);
      const last = page.at(-1);
      if (last && entries.length > limit) {
        const next = new URL(request.url, originOf(request));
        next.searchParams.set("limit", String(limit));
        next.searchParams.set("cursor", String(last.seq));
        reply.header("link", `<${next.href}>; rel="next"`);
      }
      return json(
        reply,
        200,
        page.map((one) => shown(one, sight)),
      );
    },
  );
}

type Noted = ReturnType<Gateway["audit"]["page"]>[number];

const shown = ({ seq, at, clockTrusted, by, from, what, thing, detail, times }: Noted, sight: Sight) => ({
  seq,
  at: new Date(at).toISOString(),
  clockTrusted,
  by: sight.text(by),
  from: from ?? null,
  what,
  thing: thing ?? null,
  detail: sight.text(detail ?? null),
  times,
});
