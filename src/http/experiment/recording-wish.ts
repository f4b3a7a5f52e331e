import type { FastifyRequest } from "fastify";
import { InputError } from "../../errors.ts";
import {
  maxEveryMs,
  maxProperties,
  minEveryMs,
  type RecordingRequest,
  recordingName,
} from "../../experiment/recordings/request.ts";
import { closed, validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import { assertMay } from "../access/may.ts";

export const RecordingWish = Type.Object({
  name: Type.String({
    pattern: recordingName,
    description: "Letters, digits, spaces and ._-",
    examples: ["titration"],
  }),
  properties: Type.Array(
    Type.String({
      pattern: "^[a-z][a-z0-9_]{0,63}\\.[A-Za-z_][A-Za-z0-9_]{0,99}$",
      description: "A Thing and a property of it",
      examples: ["ph.ph"],
    }),
    { minItems: 1, maxItems: maxProperties },
  ),
  everyMs: Type.Optional(
    Type.Number({ minimum: minEveryMs, maximum: maxEveryMs, description: "A row so often; bench time" }),
  ),
  onChange: Type.Optional(Type.Literal(true, { description: "Or a row whenever one of them changes" })),
  forMs: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: "It ends by itself after so long; bench time" }),
  ),
});
const wished = validator(closed(RecordingWish));

const inMs = "every: 2 s is how documents say it; here it is everyMs, in milliseconds: 2000";

/**
 * What the body of a request wants to be recorded, of Things that exist for its client, and that he may use. Throws
 * `InputError`, `NotFoundError` and `ForbiddenError`.
 */
export function wantedRecording(request: FastifyRequest): RecordingRequest {
  const { every } = (request.body ?? {}) as { readonly every?: unknown };
  if (every !== undefined)
    throw new InputError(inMs, [{ path: "/every", keyword: "unit", message: inMs, params: {}, value: every }]);
  const { name, properties, everyMs, onChange, forMs } = wished.parse(request.body ?? {}, "the recording");
  if ((everyMs === undefined) === (onChange === undefined))
    throw new InputError("say when there is to be a row: everyMs, so often, or onChange: true");
  const wanted = properties.map((one) => {
    const [thing = "", property = ""] = one.split(".");
    return { thing: request.sight.thing(thing).name, property };
  });
  for (const { thing } of wanted) assertMay(request, "operate", thing);
  return { name, properties: wanted, everyMs, forMs, by: request.principal };
}
