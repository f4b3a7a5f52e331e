import type { Interlock } from "../../gateway/interlock.ts";
import type { Interlocks } from "../../gateway/interlocks.ts";
import { seesInterlock } from "../access/seen-interlock.ts";
import { anotherThing, type Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { interlockParams, reasonQuery } from "../query.ts";
import { reasonIn } from "../reason.ts";
import type { App, View } from "../view.ts";

/** `/gateway/interlocks`: what keeps outputs from being used. */
export function interlocks(app: App, view: View): void {
  const { interlocks } = view.gateway;

  app.get(
    "/gateway/interlocks",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The state of each interlock, and why" } },
    async ({ sight }, reply) => {
      const seen = interlocks.all.filter((one) => seesInterlock(sight, one));
      return json(reply, 200, Object.fromEntries(seen.map((one) => [one.name, shown(one, interlocks, sight)])));
    },
  );

  app.post(
    "/gateway/interlocks/:interlock/reset",
    {
      config: { scope: "operate", over: "interlock" },
      schema: {
        summary: "Let work in again after an interlock has tripped; starts nothing",
        params: interlockParams,
        querystring: reasonQuery,
      },
    },
    async (request, reply) => {
      const { interlock } = request.params;
      // A late repetition must not reset what has tripped since.
      return answerOnce(request, reply, view, async () => {
        await interlocks.reset(interlock, request.principal, reasonIn(request.query));
        return { status: 200, value: shown(interlocks.get(interlock), interlocks, request.sight) };
      });
    },
  );
}

function shown({ trip, watch, config, driven, undriven }: Interlock, interlocks: Interlocks, sight: Sight) {
  const { state, why, value } = watch.condition;
  const { thing, property, equals } = config;
  const watched = sight.sees(thing) ? { value, thing, property, equals } : { thing: anotherThing, property: null };
  const outputs = config.outputs
    .filter((one) => sight.sees(one.thing))
    .map((one) => {
      const confirmed = driven.has(one.thing);
      const error = sight.text(undriven.get(one.thing) ?? null);
      return [
        `${one.thing}.${one.output}`,
        { value: interlocks.valueOf(one), ...(trip && { confirmed, error }) },
      ] as const;
    });
  return {
    tripped: trip !== undefined,
    at: trip ? new Date(trip.at).toISOString() : null,
    reason: sight.text(trip?.why ?? null),
    condition: state,
    conditionReason: sight.text(why) || null,
    ...watched,
    on: config.on,
    outputs: Object.fromEntries(outputs),
  };
}
