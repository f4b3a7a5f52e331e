import { NotAllowedError, NotFoundError } from "../../errors.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { seenRecord } from "../access/seen-record.ts";
import type { Sight } from "../access/sight.ts";
import { actionOf, mayInvoke } from "../affordance.ts";
import { json, originOf, tellProblem } from "../answer.ts";
import { cancel } from "../cancel.ts";
import { invoke, usualResponseTimeoutMs } from "../invoke.ts";
import { linkedPage } from "../labthings/invocation-list.ts";
import { preference } from "../prefer.ts";
import { wotProblem } from "../problem.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { actionStatus, actionStatuses } from "./action-status.ts";
import { actionParams, actionStatusParams, pageQuery } from "./query.ts";
import { invokeSynchronously } from "./synchronous.ts";

/** A cancel is answered when the work has ended, or after this time: some takes a while to clean up. */
const cancelledWithinMs = 1000;

/** `/things/{thing}/actions`: invokeaction, queryaction, cancelaction and queryallactions. */
export function actionRoutes(app: App, view: View): void {
  const { gateway, prefix, patience } = view;

  app.get(
    "/things/:thing/actions",
    {
      config: { scope: "read" },
      schema: {
        summary: "What has been asked of a Thing, by action, the newest first",
        params: thingParams,
        querystring: pageQuery,
      },
    },
    async (request, reply) => {
      const { name } = gateway.thing(request.params.thing);
      const { cursor: before, limit } = request.query;
      const filter = { thing: name, before, limit };
      const page = await linkedPage(request, reply, filter, (wanted) =>
        seenInvocations(gateway, request.sight).list(wanted),
      );
      const newest = page.toReversed();
      const byAction = new Map<string, object[]>();
      for (const [i, status] of actionStatuses(newest, { origin: originOf(request), prefix }).entries()) {
        const action = newest[i]?.action ?? "";
        const known = byAction.get(action) ?? [];
        byAction.set(action, known);
        known.push(status);
      }
      return json(reply, 200, Object.fromEntries(byAction));
    },
  );

  app.get(
    "/things/:thing/actions/:action",
    {
      config: { scope: "read" },
      schema: {
        summary: "What has been asked of an action, the newest first",
        params: actionParams,
        querystring: pageQuery,
      },
    },
    async (request, reply) => {
      const { thing, action } = request.params;
      if (!actionOf(gateway.thing(thing), action)) throw noAction(thing, action);
      const { cursor: before, limit } = request.query;
      const filter = { thing, action, before, limit };
      const page = await linkedPage(request, reply, filter, (wanted) =>
        seenInvocations(gateway, request.sight).list(wanted),
      );
      return json(reply, 200, actionStatuses(page.toReversed(), { origin: originOf(request), prefix }));
    },
  );

  app.post(
    "/things/:thing/actions/:action",
    { config: { scope: "operate" }, schema: { summary: "Invoke an action", params: actionParams } },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      const name = request.params.action;
      const action = actionOf(thing, name);
      if (!mayInvoke(thing, name)) throw noAction(thing.name, name);
      if (action?.synchronous) return invokeSynchronously(request, reply, view, thing, name, action);
      const usualMs = action?.responseTimeoutMs ?? usualResponseTimeoutMs;
      const wishes = preference(request.headers["prefer"], usualMs);
      const invocation = await invoke(request, reply, view, { thing, name, ...wishes });
      const status = actionStatus(seenRecord(invocation, request.sight), { origin: originOf(request), prefix });
      return json(reply.header("location", status.href), 201, status);
    },
  );

  const path = "/things/:thing/actions/:action/:id";
  type Named = Readonly<Record<"thing" | "action" | "id", string>>;
  const found = async (named: Named, sight: Sight): Promise<InvocationRecord> => {
    const invocation = await seenInvocations(gateway, sight).find(named.id);
    if (invocation?.thing === named.thing && invocation.action === named.action) return invocation;
    throw new NotFoundError(`nothing that was asked of ${named.thing}.${named.action} is known as ${named.id}`);
  };

  app.get(
    path,
    {
      config: { scope: "read" },
      schema: { summary: "The status of a request for an action", params: actionStatusParams },
    },
    async (request, reply) =>
      json(reply, 200, actionStatus(await found(request.params, request.sight), { origin: originOf(request), prefix })),
  );

  app.delete(
    path,
    { config: { scope: "operate" }, schema: { summary: "Cancel a request for an action", params: actionStatusParams } },
    async (request, reply) => {
      const invocation = await found(request.params, request.sight);
      if (!(await cancel(gateway, invocation.id, request.principal))) {
        const refusal = new NotAllowedError(`it is ${invocation.status}: only what has not ended can be cancelled`);
        return tellProblem(reply, { ...wotProblem(refusal), status: 409 });
      }
      const { waitMs } = preference(request.headers["prefer"], cancelledWithinMs);
      await patience.until(invocation, waitMs, reply.raw, { by: request.principal.key });
      return reply.code(204).send();
    },
  );
}

const noAction = (thing: string, action: string) => new NotFoundError(`${thing} has no action ${action}`);
