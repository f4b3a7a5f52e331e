import type { FastifyReply, FastifyRequest } from "fastify";
import { BenchdError, DeviceFaultError } from "../errors.ts";
import type { ActionAffordance } from "../thing/affordance.ts";
import type { Thing } from "../thing/thing.ts";
import { actionOf, methodsOf, propertyOf, streamOf } from "./affordance.ts";
import { json, notAllowed, notFound, originOf } from "./answer.ts";
import { askedBy } from "./asked.ts";
import { whileConnected } from "./connected.ts";
import { answerDriverError } from "./errors.ts";
import { answerOnce, keyOf, replayHeader } from "./idempotency.ts";
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
      const write = async () => {
        await thing.write(affordance, request.body, askedBy(request));
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
        await thing.resetProperty(affordance, askedBy(request));
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
  view: View,
  thing: Thing,
  name: string,
  action: ActionAffordance | undefined,
): Promise<FastifyReply> {
  const { gateway, prefix, patience } = view;
  const { waitMs, cancelOnDisconnect, applied } = preference(
    request.headers["prefer"],
    action?.responseTimeoutMs ?? usualResponseTimeoutMs,
  );
  const asked = askedBy(request);
  // Whoever presses stop means now: the second press is no repetition of the first.
  const key = name === "stop" ? undefined : keyOf(request);
  const { invocation, replayed } = key
    ? await gateway.keys.invocation(key, (startsAfter) => thing.invoke(name, request.body, { ...asked, startsAfter }))
    : { invocation: thing.invoke(name, request.body, asked), replayed: false };
  const ended = () => patience.until(invocation, waitMs, reply.raw);
  const cancel = () => void gateway.cancel(invocation.id, asked.requestedBy).catch(alreadyOver);
  if (cancelOnDisconnect && !replayed) await whileConnected(reply.raw, ended, cancel);
  else await ended();
  await gateway.acknowledged(invocation);
  const base = { origin: originOf(request), prefix };
  if (applied) reply.header("preference-applied", applied);
  if (replayed) reply.header(replayHeader, "true");
  reply.header("location", invocationUrl(base, invocation.id));
  return json(reply, 201, invocationJson(invocation, base));
}

const alreadyOver = () => {};
