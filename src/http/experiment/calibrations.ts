import type { Calibration, CalibrationResult, CalibrationState } from "../../calibration.ts";
import { parseDuration } from "../../duration.ts";
import { InputError } from "../../errors.ts";
import { resultFields } from "../../experiment/calibration/check.ts";
import { redact } from "../../redact.ts";
import { closed, validator } from "../../schema.ts";
import { type Static, Type } from "../../typebox.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { time } from "../invocation-json.ts";
import { calibrationsQuery, thingParams } from "../query.ts";
import type { App, View } from "../view.ts";

const usualLimit = 20;

/** What somebody writes down. */
export const calibrationBody = Type.Object({
  ...{ ...resultFields, points: Type.Optional(resultFields.points), fit: Type.Optional(resultFields.fit) },
  at: Type.Optional(Type.String({ format: "date-time", description: "When it was found; just now unless told" })),
  expires: Type.Optional(
    Type.String({ maxLength: 40, description: 'A time (RFC 3339), or a duration from then on: "30 d"' }),
  ),
});
const wanted = validator(closed(calibrationBody));

/** `/gateway/calibrations`: what the calibrations of the Things are worth, and those before them. */
export function calibrations(app: App, view: View): void {
  const { calibrations } = view.gateway.experiments;
  const params = thingParams;

  app.get(
    "/gateway/calibrations",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "How it stands with the calibration of each Thing" },
    },
    async ({ sight }, reply) => {
      const all = [...sight.things.keys()].map((name) => [name, shownState(calibrations.of(name), sight)]);
      return json(reply, 200, Object.fromEntries(all));
    },
  );

  app.get(
    "/gateway/calibrations/:thing",
    {
      config: { scope: "read" },
      schema: { summary: "The calibration of a Thing, and those before it", params, querystring: calibrationsQuery },
    },
    async ({ params: { thing: named }, query: { limit = usualLimit }, sight }, reply) => {
      const { name } = sight.thing(named);
      const records = calibrations.history(name, limit).map((one) => shown(one, sight));
      return json(reply, 200, { ...shownState(calibrations.of(name), sight), records });
    },
  );

  app.post(
    "/gateway/calibrations/:thing",
    { config: { scope: "configure" }, schema: { summary: "Write down a calibration that somebody has found", params } },
    async (request, reply) => {
      const { name } = request.sight.thing(request.params.thing);
      const found = read(wanted.parse(request.body ?? {}, "the calibration"));
      return answerOnce(request, reply, view, async () => {
        const made = await calibrations.record(name, found, request.principal);
        return { status: 201, value: shown(made, request.sight) };
      });
    },
  );
}

/** Throws `InputError`. */
function read({ at, expires, points = [], fit = {}, note, incomplete }: Static<typeof calibrationBody>) {
  const found = at === undefined ? undefined : Date.parse(at);
  const until = expires === undefined ? Number.NaN : Date.parse(expires);
  const isTime = expires !== undefined && /^\d{4}-/.test(expires);
  if (isTime && Number.isNaN(until))
    throw new InputError(`expires: ${expires} is no time: say 2027-11-02T00:00:00Z, or 30 d`);
  if (isTime && until <= (found ?? Number.NEGATIVE_INFINITY))
    throw new InputError("it would have expired before it was found: look at its dates again");
  const life = expires === undefined || isTime ? undefined : parseDuration(expires);
  if (life === 0) throw new InputError("it would never hold: say a longer time in expires");
  const result = {
    ...{ points, fit },
    ...(life !== undefined && { validForMs: life }),
    ...(note !== undefined && { note: redact(note) }),
    ...(incomplete !== undefined && { incomplete: redact(incomplete) }),
  } as CalibrationResult;
  return { result, at: found, until: isTime ? until : undefined };
}

const shownState = ({ current, validity, reason, expires, refuses }: CalibrationState, sight: Sight) => ({
  validity,
  reason: sight.text(reason ?? null),
  expires: time(expires),
  refuses: refuses && reason !== undefined,
  current: current ? shown(current, sight) : null,
});

const shown = (calibration: Calibration, sight: Sight) => {
  const {
    id,
    thing,
    at,
    clockTrusted,
    by,
    from,
    points,
    fit,
    validForMs,
    until,
    incomplete,
    note,
    invocation,
    device,
  } = calibration;
  return {
    ...{ id, thing, at: time(at), clockTrusted, by: sight.text(by), from: from ?? null, points, fit },
    ...{ validForMs: validForMs ?? null, until: time(until), incomplete: sight.text(incomplete ?? null) },
    ...{ note: sight.text(note ?? null), invocation: invocation ?? null, device: device ?? null },
    simulated: calibration.simulated ?? false,
  };
};
