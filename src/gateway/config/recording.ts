import { parseCondition } from "../../condition.ts";
import type { RecordingConfig } from "../../experiment/recordings/recording-config.ts";
import { maxEveryMs, maxProperties, minEveryMs } from "../../experiment/recordings/request.ts";
import type { RecordingBounds } from "../../journal/recordings/bounds.ts";
import { type Static, Type } from "../../typebox.ts";
import { attempt, durationAt, durationSchema } from "./duration.ts";
import { checkEntryName, oneOf } from "./entry.ts";
import type { ConfigFile } from "./file.ts";
import { soundFields } from "./judge.ts";

const propertyWords = "a Thing and a property of it, such as ph.ph";

const recordingSchema = Type.Object(
  {
    properties: Type.Array(
      Type.String({ pattern: "^[a-z][a-z0-9_]*\\.[a-zA-Z_][a-zA-Z0-9_]*$", expects: propertyWords }),
      { minItems: 1, maxItems: maxProperties, uniqueItems: true, expects: `properties, such as [ph.ph]` },
    ),
    every: Type.Optional(durationSchema),
    onChange: Type.Optional(Type.Literal(true, { expects: "true" })),
    from: Type.Optional(Type.Enum(["start"])),
    when: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, expects: "a condition such as `heater.temperature > 30`" }),
    ),
    for: Type.Optional(durationSchema),
  },
  { additionalProperties: false },
);

const boundsSchema = Type.Object(
  {
    days: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 36_500, expects: "days, up to 36500" })),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, expects: "how many recordings to keep, up to 10000" }),
    ),
    megabytes: Type.Optional(Type.Number({ minimum: 1, maximum: 10_000_000, expects: "megabytes, 1 to 10000000" })),
    maxMegabytes: Type.Optional(
      Type.Number({ minimum: 1, maximum: 100_000, expects: "megabytes of one recording, 1 to 100000" }),
    ),
  },
  { additionalProperties: false },
);

const dayMs = 86_400_000;

/** One entry below `recordings:`; undefined when nobody can tell what is to be recorded, or when. */
export function readRecording(source: ConfigFile, name: string, content: unknown): RecordingConfig | undefined {
  const path = ["recordings", name];
  checkEntryName(source, path, "a recording");
  const fields = soundFields(source, recordingSchema, content, path);
  const rhythm = oneOf(source, path, ["every", "onChange"]);
  const begin = oneOf(source, path, ["from", "when"]);
  const everyMs = durationAt(source, [...path, "every"], fields.every, { min: minEveryMs, max: maxEveryMs });
  const forMs = durationAt(source, [...path, "for"], fields.for, { min: 1, max: 3660 * dayMs });
  const { when: text } = fields;
  const when = text === undefined ? undefined : attempt(source, [...path, "when"], () => parseCondition(text));
  if (!fields.properties || rhythm === undefined || begin === undefined) return undefined;
  if ((rhythm === "every" && everyMs === undefined) || (begin === "when" && !when)) return undefined;
  const properties = fields.properties.map((one) => {
    const [thing = "", property = ""] = one.split(".");
    return { thing, property };
  });
  return { name, properties, everyMs, forMs, when };
}

/** `keepRecordings:`: what the file says, and nothing that it leaves open. */
export function readRecordingBounds(source: ConfigFile, content: unknown): Partial<RecordingBounds> {
  if (content === undefined) return {};
  const fields = soundFields(source, boundsSchema, content, ["keepRecordings"]);
  const { megabytes, maxMegabytes, ...rest }: Partial<Static<typeof boundsSchema>> = fields;
  if (megabytes !== undefined && maxMegabytes !== undefined && maxMegabytes > megabytes)
    source.mistake(
      ["keepRecordings", "maxMegabytes"],
      `one recording may not be larger than all of them together: allow more megabytes, or less of each`,
    );
  return {
    ...rest,
    ...(megabytes !== undefined && { bytes: megabytes * 2 ** 20 }),
    ...(maxMegabytes !== undefined && { maxBytes: maxMegabytes * 2 ** 20 }),
  };
}
