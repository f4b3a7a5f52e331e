import { isAbsolute, resolve } from "node:path";
import { expectedCron, isTimeZone, ownTimeZone, parseCron } from "../../experiment/schedule/cron.ts";
import type { Job, ScheduleConfig, Times } from "../../experiment/schedule/schedule-config.ts";
import { type Static, Type } from "../../typebox.ts";
import { attempt, durationAt, durationSchema } from "./duration.ts";
import { checkEntryName, oneOf, onlyWith } from "./entry.ts";
import type { ConfigFile, Path } from "./file.ts";
import { soundFields } from "./judge.ts";

const scheduleSchema = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    every: Type.Optional(durationSchema),
    cron: Type.Optional(Type.String({ minLength: 1, maxLength: 200, expects: expectedCron })),
    timeZone: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, expects: "a time zone of IANA, such as Europe/Berlin" }),
    ),
    untrustedClock: Type.Optional(Type.Enum(["wait", "run"])),
    invoke: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z0-9_]*\\.[a-zA-Z_][a-zA-Z0-9_]*$",
        expects: "a Thing and an action of it, such as pump.prime",
      }),
    ),
    input: Type.Optional(Type.Unknown()),
    procedure: Type.Optional(
      Type.String({
        pattern: "^([a-z][a-z0-9_-]*(@[0-9]+)?|[./].+)$",
        expects: "a stored procedure, such as titration or titration@3, or a file, such as ./titration.yaml",
      }),
    ),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

type Fields = Partial<Static<typeof scheduleSchema>>;

const dayMs = 86_400_000;

/** One entry below `schedules:`; undefined when nobody can tell what is to begin, or when. */
export function readSchedule(
  source: ConfigFile,
  directory: string,
  name: string,
  content: unknown,
): ScheduleConfig | undefined {
  const path = ["schedules", name];
  checkEntryName(source, path, "a schedule");
  const fields = soundFields(source, scheduleSchema, content, path);
  const times = readTimes(source, path, fields);
  const job = readJob(source, path, directory, fields);
  return times && job && { name, title: fields.title, times, job };
}

function readTimes(source: ConfigFile, path: Path, fields: Fields): Times | undefined {
  const { every, cron, timeZone = ownTimeZone(), untrustedClock = "wait" } = fields;
  const kind = oneOf(source, path, ["every", "cron"]);
  if (kind === "every") {
    onlyWith(source, path, ["timeZone", "untrustedClock"], "cron:");
    const everyMs = durationAt(source, [...path, "every"], every, { min: 1000, max: 366 * dayMs });
    return everyMs === undefined ? undefined : { kind, everyMs };
  }
  if (kind === undefined || cron === undefined) return undefined;
  const said = source.has([...path, "timeZone"]) && fields.timeZone === undefined;
  const at = [...path, isTimeZone(timeZone) ? "cron" : "timeZone"];
  if (said || !attempt(source, at, () => parseCron(cron, timeZone))) return undefined;
  return { kind, pattern: cron, timeZone, untrustedClock };
}

function readJob(source: ConfigFile, path: Path, directory: string, fields: Fields): Job | undefined {
  const { invoke, input, procedure, parameters = {} } = fields;
  const kind = oneOf(source, path, ["invoke", "procedure"]);
  if (kind === "invoke") onlyWith(source, path, ["parameters"], "procedure:");
  if (kind === "procedure") onlyWith(source, path, ["input"], "invoke:");
  if (kind === "invoke" && invoke !== undefined) {
    const [thing = "", action = ""] = invoke.split(".");
    return { kind: "action", thing, action, input };
  }
  if (kind !== "procedure" || procedure === undefined) return undefined;
  const isFile = procedure.startsWith(".") || isAbsolute(procedure);
  return { kind, procedure: isFile ? resolve(directory, procedure) : procedure, parameters };
}
