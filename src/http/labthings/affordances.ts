import { seenRecord } from "../access/seen-record.ts";
import { noted } from "../acts.ts";
import { actionOf, mayInvoke, methodsOf, propertyOf, streamOf } from "../affordance.ts";
import { json, notAllowed, notFound, originOf } from "../answer.ts";
import { askedBy } from "../asked.ts";
import { answerOnce } from "../idempotency.ts";
import { invocationJson, invocationUrl } from "../invocation-json.ts";
import { answerBy, invoke, usualResponseTimeoutMs } from "../invoke.ts";
import { preference } from "../prefer.ts";
import { affordanceParams, affordanceQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { listInvocations } from "./invocation-list.ts";
import { sendStream } from "./stream.ts";

/** `/{thing}/{name}`: a property or an action, which share their names. */
export function affordances(app: App, view: View): void {
  const { gateway, prefix } = view;
  const params = affordanceParams;

  app.get(
    "/:thing/:affordance",
    {
      config: { scope: "read" },
      schema: {
        summary: "Read a property, watch a stream, or list the invocations of an action",
        params,
        querystring: affordanceQuery,
      },
    },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      if (propertyOf(thing, affordance)) {
        return answerBy(request, reply, async () => json(reply, 200, await thing.read(affordance)));
      }
      const { frames, ...query } = request.query;
      const stream = streamOf(thing, affordance);
      if (stream) return sendStream(request, reply, view, { thing, name: affordance, ...stream, frames });
      if (!actionOf(thing, affordance)) return notFound(reply);
      return listInvocations(request, reply, view, { ...query, thing: thingName, action: affordance });
    },
  );

  app.put(
    "/:thing/:affordance",
    { config: { scope: "operate" }, schema: { summary: "Write a property", params } },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      const methods = methodsOf(thing, affordance);
      if (!methods.includes("PUT")) return methods.length > 0 ? notAllowed(reply, methods) : notFound(reply);
      const write = async () => {
        const act = { what: "property.written", thing: thingName, affordance } as const;
        await noted(request, gateway, act, () => thing.write(affordance, request.body, askedBy(request, gateway)));
        return { status: 201, value: null };
      };
      return answerBy(request, reply, () => answerOnce(request, reply, view, write));
    },
  );

  app.post(
    "/:thing/:affordance/reset",
    { config: { scope: "operate" }, schema: { summary: "Write a property's default", params } },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      if (propertyOf(thing, affordance)?.readOnly) return notAllowed(reply, []);
      const reset = async () => {
        const act = { what: "property.reset", thing: thingName, affordance } as const;
        await noted(request, gateway, act, () => thing.resetProperty(affordance, askedBy(request, gateway)));
        return { status: 200, value: null };
      };
      return answerBy(request, reply, () => answerOnce(request, reply, view, reset));
    },
  );

  app.post(
    "/:thing/:affordance",
    { config: { scope: "operate" }, schema: { summary: "Invoke an action", params } },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      if (!mayInvoke(thing, affordance)) {
        const methods = methodsOf(thing, affordance);
        return methods.length > 0 ? notAllowed(reply, methods) : notFound(reply);
      }
      const { responseTimeoutMs = usualResponseTimeoutMs } = actionOf(thing, affordance) ?? {};
      const wishes = preference(request.headers["prefer"], responseTimeoutMs);
      const invocation = await invoke(request, reply, view, { thing, name: affordance, ...wishes });
      const base = { origin: originOf(request), prefix };
      reply.header("location", invocationUrl(base, invocation.id));
      return json(reply, 201, invocationJson(seenRecord(invocation, request.sight), base));
    },
  );
}
