import { type Condition, expectedCondition, parseCondition } from "../../condition.ts";
import type { AlarmConfig, Watched } from "../../experiment/alarm/alarm-config.ts";
import { type Static, Type } from "../../typebox.ts";
import { attempt, durationAt, durationSchema } from "./duration.ts";
import { checkEntryName, oneOf, onlyWith } from "./entry.ts";
import type { ConfigFile, Path } from "./file.ts";
import { soundFields } from "./judge.ts";

const alarmSchema = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    when: Type.Optional(Type.String({ minLength: 1, maxLength: 500, expects: expectedCondition })),
    lost: Type.Optional(Type.String({ minLength: 1, expects: "the name of a Thing" })),
    runFailed: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z0-9_-]*$",
        expects: "the name of a stored procedure, or any for all runs",
      }),
    ),
    every: Type.Optional(durationSchema),
    for: Type.Optional(durationSchema),
    clearAfter: Type.Optional(durationSchema),
    unknown: Type.Optional(Type.Enum(["raise", "ignore"])),
    notify: Type.Array(Type.String({ minLength: 1, expects: "names of entries below notifiers:" }), {
      maxItems: 20,
      expects: "names of entries below notifiers:, such as [office]; [] for nobody",
    }),
  },
  { additionalProperties: false },
);

type Fields = Partial<Static<typeof alarmSchema>>;

const dayMs = 86_400_000;
const someDays = { min: 0, max: 30 * dayMs };
/** Without a word on it: what comes and goes all the time is to be one alarm, not many. */
const usualClearMs = 10_000;

/** One entry below `alarms:`; undefined when nobody can tell what it watches. */
export function readAlarm(source: ConfigFile, name: string, content: unknown): AlarmConfig | undefined {
  const path = ["alarms", name];
  checkEntryName(source, path, "an alarm");
  const fields = soundFields(source, alarmSchema, content, path);
  const { title, unknown = "raise", notify = [] } = fields;
  const watched = readWatched(source, path, fields);
  const forMs = durationAt(source, [...path, "for"], fields.for, someDays) ?? 0;
  const clearAfterMs = durationAt(source, [...path, "clearAfter"], fields.clearAfter, someDays) ?? usualClearMs;
  if (!watched) return undefined;
  const heldMs = watched.kind === "condition" ? watched.condition.forMs : forMs;
  return { name, title, watched, forMs: heldMs, clearAfterMs, unknown, notify };
}

function readWatched(source: ConfigFile, path: Path, fields: Fields): Watched | undefined {
  const { when, lost, runFailed } = fields;
  const kind = oneOf(source, path, ["when", "lost", "runFailed"]);
  if (kind !== undefined && kind !== "when") onlyWith(source, path, ["every"], "when:");
  if (kind === "when") onlyWith(source, path, ["for"], "lost: (a condition has it in its own words, `… for 30 s`)");
  if (kind === "runFailed") onlyWith(source, path, ["for", "clearAfter", "unknown"], "when: and lost:");
  if (kind === "lost" && lost !== undefined) return { kind, thing: lost };
  if (kind === "runFailed" && runFailed !== undefined)
    return { kind, procedure: runFailed === "any" ? undefined : runFailed };
  const condition = when === undefined ? undefined : readCondition(source, [...path, "when"], when);
  if (kind !== "when" || !condition) return undefined;
  const everyMs = durationAt(source, [...path, "every"], fields.every, { min: 200, max: dayMs }) ?? 1000;
  return { kind: "condition", condition, everyMs };
}

function readCondition(source: ConfigFile, path: Path, text: string): Condition | undefined {
  const condition = attempt(source, path, () => parseCondition(text));
  if (!condition || condition.forMs <= someDays.max) return condition;
  source.mistake(path, "nothing is held for more than 30 d: say less");
  return undefined;
}
