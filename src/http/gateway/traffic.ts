import type { FastifyReply, FastifyRequest } from "fastify";
import { LaneFullError } from "../../errors.ts";
import type { Page } from "../../gateway/traffic.ts";
import type { Thing } from "../../thing/thing.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json } from "../answer.ts";
import { time } from "../invocation-json.ts";
import { thingParams, trafficQuery } from "../query.ts";
import type { App, View } from "../view.ts";

const usualLimit = 200;
const maxTrafficWaitMs = 30_000;
/** Who has waited is told what comes within this time, too: rather a few lines than each for itself. */
const gatherMs = 50;

/** `/gateway/traffic/{thing}`: what goes over the wires of a Thing. */
export function traffic(app: App, view: View): void {
  app.get(
    "/gateway/traffic/:thing",
    {
      config: { scope: "read" },
      schema: { summary: "What goes over the wires of a Thing", params: thingParams, querystring: trafficQuery },
    },
    async (request, reply) => {
      const { after, limit = usualLimit, wait = 0 } = request.query;
      const thing = request.sight.thing(request.params.thing);
      const page = () => view.gateway.traffic.of(thing, { after, limit });
      const first = page();
      // Whoever looks whether there is such a place does not wait.
      const waits = wait > 0 && first.lines.length === 0 && request.method !== "HEAD";
      if (waits) await more(request, reply, view, thing, wait * 1000);
      return json(reply, 200, await shown(waits ? page() : first, request, view));
    },
  );
}

async function more(
  { principal: { key: by } }: FastifyRequest,
  { raw }: FastifyReply,
  { patience }: View,
  { recorder }: Thing,
  waitMs: number,
): Promise<void> {
  if (!patience.hasRoom(by, "events")) throw new LaneFullError("too many wait for traffic already: try again later");
  const how = { by, among: "events" } as const;
  await patience.until(recorder.more(), waitMs, raw, { ...how, maxMs: maxTrafficWaitMs });
  await patience.until({ ended: new Promise(() => {}) }, gatherMs, raw, how);
}

async function shown({ lines, next, dropped }: Page, { sight }: FastifyRequest, { gateway }: View) {
  const ids = new Set(lines.flatMap(({ invocation }) => invocation ?? []));
  const hidden = new Set<string>();
  // Of those that belong to another Thing, which has called this one.
  if (!sight.all)
    for (const id of ids) if (!(await seenInvocations(gateway, sight).find(id, "history"))) hidden.add(id);
  return {
    lines: lines.map(({ seq, at, direction, text, invocation = "" }) => ({
      ...{ seq, at: time(at), direction, text: sight.text(text) },
      invocation: invocation === "" || hidden.has(invocation) ? null : invocation,
    })),
    next,
    dropped,
  };
}
