import type { Gateway } from "../../gateway/gateway.ts";
import { json, originOf } from "../answer.ts";
import { auditQuery } from "../query.ts";
import type { App, View } from "../view.ts";

const usualLimit = 100;

/** `/gateway/audit`: who stopped, cleared, reset, set, took and broke what, newest first. */
export function audit(app: App, { gateway }: View): void {
  app.get(
    "/gateway/audit",
    {
      config: { scope: "read" },
      schema: { summary: "Who stopped, cleared, reset, set, took and broke what", querystring: auditQuery },
    },
    async (request, reply) => {
      const { limit = usualLimit, cursor } = request.query;
      const entries = gateway.audit.page({ limit: limit + 1, cursor });
      const page = entries.slice(0, limit);
      const last = page.at(-1);
      if (last && entries.length > limit)
        reply.header("link", `<${originOf(request)}/gateway/audit?limit=${limit}&cursor=${last.seq}>; rel="next"`);
      return json(reply, 200, page.map(shown));
    },
  );
}

type Noted = ReturnType<Gateway["audit"]["page"]>[number];

const shown = ({ seq, at, clockTrusted, by, what, thing, detail, times }: Noted) => ({
  seq,
  at: new Date(at).toISOString(),
  clockTrusted,
  by,
  what,
  thing: thing ?? null,
  detail: detail ?? null,
  times,
});
