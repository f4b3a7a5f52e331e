import type { FastifyReply, FastifyRequest } from "fastify";
import { BenchdError, DeviceFaultError } from "../errors.ts";
import type { ActionAffordance } from "../thing/affordance.ts";
import type { Thing } from "../thing/thing.ts";
import { actionOf, methodsOf, propertyOf, streamOf } from "./affordance.ts";
import { json, notAllowed, notFound, originOf } from "./answer.ts";
import { askedBy } from "./asked.ts";
import { answerDriverError } from "./errors.ts";
import { invocationJson, invocationUrl } from "./invocation-json.ts";
import { listInvocations } from "./invocation-list.ts";
import { preference } from "./prefer.ts";
import { affordanceParams, affordanceQuery } from "./query.ts";
import { sendStream } from "./stream.ts";
import type { App, View } from "./view.ts";

/** How long a POST waits for a quick action, unless the action says otherwise. */
const usualResponseTimeoutMs = 100;

/** `/{thing}/{name}`: a property or an action, which share their names. */
export function affordances(app: App, view: View): void {
  const { gateway } = view;
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
      return answerBy(request, reply, async () => {
        await thing.write(affordance, request.body, askedBy(request));
        return json(reply, 201, null);
      });
    },
  );

  app.post(
    "/:thing/:affordance/reset",
    { config: { scope: "operate" }, schema: { summary: "Write a property's default", params } },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      if (propertyOf(thing, affordance)?.readOnly) return notAllowed(reply, []);
      return answerBy(request, reply, async () => {
        await thing.resetProperty(affordance, askedBy(request));
        return json(reply, 200, null);
      });
    },
  );

  app.post(
    "/:thing/:affordance",
    { config: { scope: "operate" }, schema: { summary: "Invoke an action", params } },
    async (request, reply) => {
      const { thing: thingName, affordance } = request.params;
      const thing = gateway.thing(thingName);
      const action = actionOf(thing, affordance);
      const methods = methodsOf(thing, affordance);
      // Only the Thing knows whether its driver can stop the device, and until it has been open not even the Thing does.
      const mayStop = affordance === "stop" && methods.length === 0;
      if (action || mayStop) return invoke(request, reply, view, thing, affordance, action);
      return methods.length > 0 ? notAllowed(reply, methods) : notFound(reply);
    },
  );
}

/** Handlers of properties are a driver's code, which throws what it likes. */
async function answerBy(request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BenchdError) throw error;
    return answerDriverError(error instanceof Error ? error : new DeviceFaultError(String(error)), request, reply);
  }
}

async function invoke(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, prefix, patience }: View,
  thing: Thing,
  name: string,
  action: ActionAffordance | undefined,
): Promise<FastifyReply> {
  const { waitMs, applied } = preference(
    request.headers["prefer"],
    action?.responseTimeoutMs ?? usualResponseTimeoutMs,
  );
  const invocation = thing.invoke(name, request.body, askedBy(request));
  await patience.until(invocation, waitMs, reply.raw);
  await gateway.acknowledged(invocation);
  const base = { origin: originOf(request), prefix };
  if (applied) reply.header("preference-applied", applied);
  reply.header("location", invocationUrl(base, invocation.id));
  return json(reply, 201, invocationJson(invocation, base));
}
