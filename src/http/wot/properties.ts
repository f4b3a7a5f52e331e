import type { FastifyReply, FastifyRequest } from "fastify";
import { InputError, NotFoundError } from "../../errors.ts";
import type { Thing } from "../../thing/thing.ts";
import { noted } from "../acts.ts";
import { methodsOf, propertyOf } from "../affordance.ts";
import { json, notAllowed } from "../answer.ts";
import { askedBy } from "../asked.ts";
import { answerProblem, noteError } from "../errors.ts";
import { answerOnce } from "../idempotency.ts";
import { answerBy, thrownError } from "../invoke.ts";
import { wotProblem } from "../problem.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { stream, wantsStream } from "./observe.ts";
import { poll } from "./poll.ts";
import { nextQuery, propertyParams } from "./query.ts";
import { writeAll } from "./write-all.ts";

/** `/things/{thing}/properties`: readproperty, writeproperty, readallproperties and writemultipleproperties. */
export function propertyRoutes(app: App, view: View): void {
  const { gateway } = view;

  app.get(
    "/things/:thing/properties",
    {
      config: { scope: "read" },
      schema: { summary: "Read all properties, or observe them by text/event-stream", params: thingParams },
    },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      if (wantsStream(request)) return stream(request, reply, view, { kind: "property", thing });
      return readAll(request, reply, thing);
    },
  );

  app.put(
    "/things/:thing/properties",
    {
      config: { scope: "operate" },
      schema: { summary: "Write several properties: all are judged before one is written", params: thingParams },
    },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      return answerBy(request, reply, () => writeAll(request, reply, view, thing));
    },
  );

  app.get(
    "/things/:thing/properties/:property",
    {
      config: { scope: "read" },
      schema: {
        summary: "Read a property, observe it by text/event-stream, or wait for its next change",
        params: propertyParams,
        querystring: nextQuery,
      },
    },
    async (request, reply) => {
      const { property } = request.params;
      const thing = gateway.thing(request.params.thing);
      const read = () => answerBy(request, reply, async () => json(reply, 200, await thing.read(property)));
      const { wait, after } = request.query;
      const polls = wait !== undefined || after !== undefined;
      const affordance = propertyOf(thing, property);
      if (!affordance || !(polls || wantsStream(request))) return read();
      if (!affordance.observable)
        throw new InputError(`${property} is not observable: nobody is told of its changes; read it`);
      const watched = { kind: "property", thing, name: property } as const;
      if (wantsStream(request)) return stream(request, reply, view, watched);
      // Who does not say what he knows is told what there is, rather than nothing.
      const nothing = after === undefined && { nothing: read };
      return poll(request, reply, view, watched, { ...request.query, gap: read, ...nothing });
    },
  );

  app.put(
    "/things/:thing/properties/:property",
    { config: { scope: "operate" }, schema: { summary: "Write a property", params: propertyParams } },
    async (request, reply) => {
      const { property } = request.params;
      const thing = gateway.thing(request.params.thing);
      if (!propertyOf(thing, property)) throw new NotFoundError(`${thing.name} has no property ${property}`);
      if (propertyOf(thing, property)?.readOnly) return notAllowed(reply, methodsOf(thing, property));
      const write = async () => {
        const act = { what: "property.written", thing: thing.name, affordance: property } as const;
        await noted(request, gateway, act, () => thing.write(property, request.body, askedBy(request, gateway)));
        return { status: 204, value: null };
      };
      return answerBy(request, reply, () => answerOnce(request, reply, view, write));
    },
  );
}

/** Everything or nothing, as the profile has it: one that cannot be read is told, and so are all others like it. */
async function readAll(request: FastifyRequest, reply: FastifyReply, thing: Thing): Promise<FastifyReply> {
  const names = Object.keys(thing.definition.properties ?? {});
  const readings = await Promise.allSettled(names.map((name) => thing.read(name)));
  const failed = readings.flatMap((reading, i) =>
    reading.status === "rejected" ? [{ property: names[i] ?? "", error: thrownError(reading.reason) }] : [],
  );
  const [first, ...others] = failed;
  if (!first) {
    const values = readings.map((reading, i) => [names[i], reading.status === "fulfilled" ? reading.value : undefined]);
    return json(reply, 200, Object.fromEntries(values));
  }
  for (const { error } of others) noteError(error, request);
  return answerProblem(first.error, request, reply, {
    detail: `${failed.map(({ property }) => property).join(", ")} could not be read: read the others one by one`,
    errors: failed.map(({ property, error }) => ({ property, ...wotProblem(error) })),
  });
}
