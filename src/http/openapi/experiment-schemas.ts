import { resultFields } from "../../experiment/calibration/check.ts";
import { recordingStates } from "../../experiment/recordings/request.ts";
import { type TSchema, Type } from "../../typebox.ts";
import { orNull, ref, Status } from "./invocation-schemas.ts";
import { procedureSchemas } from "./procedure-schemas.ts";

const Time = Type.String({ format: "date-time" });
const Text = Type.String();
const table = (schema: TSchema) => Type.Record(Type.String(), schema);

const Prompt = Type.Object({
  id: Type.String({ format: "uuid" }),
  state: Type.Enum(["open", "answered", "expired", "withdrawn"]),
  title: orNull(Text, "Of the run that asks"),
  message: Text,
  schema: Type.Unknown({ description: "The JSON Schema of an answer; null where one only says that it is done" }),
  askedAt: Time,
  timeoutMs: orNull(Type.Number(), "Bench time"),
  leftMs: orNull(Type.Number(), "Of that; null without a limit, and once it has ended"),
  onTimeout: Type.Enum(["fail", "answer"], { description: "Whether what asks then fails, or goes on by an answer" }),
  thing: Text,
  action: Text,
  things: Type.Array(Text, { description: "Whoever may operate all of these may answer" }),
  invocation: Type.Object({ id: Text, thing: Text, action: Text, href: Text }),
  endedAt: orNull(Time),
  answeredBy: orNull(Text),
});

const Calibration = Type.Object({
  id: Text,
  thing: Text,
  at: Time,
  clockTrusted: Type.Boolean(),
  by: Text,
  from: orNull(Text),
  points: resultFields.points,
  fit: resultFields.fit,
  validForMs: orNull(Type.Number(), "So long it holds by its maker's word"),
  until: orNull(Time, "Until then it does"),
  incomplete: orNull(Text, "Why it is not to be relied upon"),
  note: orNull(Text),
  invocation: orNull(Text, "The id of the invocation that has found it"),
  device: orNull(
    Type.Object({ model: Text, serialNumber: Type.Optional(Text), firmware: Type.Optional(Text) }),
    "Which device answered",
  ),
  simulated: Type.Boolean({ description: "It is a twin's" }),
});

const calibrationState = {
  validity: Type.Enum(["none", "valid", "expired", "invalid", "unknown"]),
  reason: orNull(Text, "Why it is not to be relied upon without a second look"),
  expires: orNull(Time),
  refuses: Type.Boolean({ description: "Actions that rely on it are refused for that reason" }),
  current: orNull(ref("Calibration")),
};
const Position = Type.Object({
  path: Type.String({ description: "The step of the procedure: steps[3].repeat[0]" }),
  line: Type.Integer(),
  column: Type.Integer(),
  text: Type.String({ description: "What the step does, in a line" }),
  round: orNull(Type.Object({ n: Type.Integer(), of: Type.Integer() }), "Of the innermost repetition"),
});

const Run = Type.Object({
  id: Type.String({ format: "uuid", description: "Of its invocation, too" }),
  title: orNull(Text),
  file: orNull(Text, "As the procedure was named"),
  sha256: orNull(Text, "Of its text"),
  parameters: orNull(table(Type.Unknown()), "What it was filled in with"),
  things: Type.Array(Text, { description: "Those that it names: whoever may use all of them may use it" }),
  state: Type.Enum(["pending", "running", "pausing", "paused", "completed", "cancelled", "error"]),
  status: Status,
  waitingFor: orNull(Text, "operator, or resume while it is paused"),
  progress: orNull(Type.Number(), "Of the steps that are not within others. Unit: %"),
  positions: Type.Array(Position, {
    description: "Where it is, or was last; several where it does several things at a time",
  }),
  expectedMs: orNull(Type.Number(), "As a dry run has foretold it"),
  recordings: Type.Array(Type.Object({ name: Text, id: Text })),
  requestedBy: Text,
  seq: Type.Integer(),
  timeRequested: orNull(Time),
  timeStarted: orNull(Time),
  timeCompleted: orNull(Time),
  reason: orNull(Text, "Why it was cancelled"),
  outcome: orNull(Text, "unknown, when nobody can know what a device has done"),
  forced: Type.Boolean(),
  error: orNull(ref("Problem")),
  values: orNull(
    table(Type.Unknown()),
    "What steps have come to, by the names that the procedure gives them; once it is completed",
  ),
  href: Text,
  invocation: Text,
});

const Forecast = Type.Object({
  durationMs: Type.Number({ description: "Bench time, without what people take to answer" }),
  steps: Type.Array(
    Type.Object({
      path: Type.String({ description: "steps[3].repeat[0]" }),
      line: Type.Integer(),
      startMs: Type.Number({ description: "When it begins for the first time" }),
      durationMs: Type.Number({ description: "Of all the times that it is done, together" }),
      times: Type.Integer(),
    }),
  ),
  mistakes: Type.Array(
    Type.Object({ at: Text, step: Text, message: Text }, { description: "What keeps it from being run" }),
  ),
});

const Recording = Type.Object({
  id: Type.String({ format: "uuid" }),
  name: Text,
  state: Type.Enum([...recordingStates]),
  things: Type.Array(Text, { description: "Whoever may read all of these may read it" }),
  properties: Type.Array(Text),
  columns: Type.Array(Text, { description: "The titles of those with values, with their units" }),
  everyMs: orNull(Type.Number(), "Null when there is a row for each change"),
  forMs: orNull(Type.Number(), "It ends by itself after so long; bench time"),
  run: orNull(Text, "The id of the run that it belongs to"),
  configured: orNull(Text, "The name that it has in the configuration, where that has begun it"),
  startedBy: Text,
  timeStarted: orNull(Time),
  clockTrusted: Type.Boolean(),
  timeEnded: orNull(Time, "Null while it goes on, and where nobody knows"),
  reason: orNull(Text, "Why it has ended"),
  rows: orNull(Type.Integer(), "Null where they were not counted"),
  gaps: orNull(Type.Integer(), "Those of them in which something is missing"),
  bytes: Type.Integer(),
  problem: orNull(Text, "Why nothing of it can be written at the moment"),
  href: Text,
  csv: Text,
  ndjson: Text,
});

const Schedule = Type.Object({
  title: orNull(Text),
  things: Type.Array(Text),
  everyMs: Type.Optional(Type.Number()),
  cron: Type.Optional(Text),
  timeZone: Type.Optional(Text),
  invoke: Type.Optional(Type.String({ description: "A Thing and an action of it" })),
  input: Type.Optional(Type.Unknown()),
  procedure: Type.Optional(Text),
  parameters: Type.Optional(table(Type.Unknown())),
  paused: Type.Boolean(),
  pausedBy: orNull(Text),
  pausedAt: orNull(Time),
  nextInMs: orNull(Type.Number(), "Until its next time; null while nobody knows"),
  waitsFor: orNull(Type.Enum(["clock"]), "Why nobody knows: the wall clock may be wrong"),
  running: orNull(Text, "The id of what it has begun and goes on"),
  lastStarted: orNull(Type.Object({ at: Time, invocation: orNull(Text) })),
  lastSkipped: orNull(Type.Object({ at: Time, reason: orNull(Text) })),
});

const Alarm = Type.Object({
  title: Text,
  things: Type.Array(Text),
  raised: Type.Boolean(),
  since: orNull(Time, "Of its last change; null when it was never raised"),
  clockTrusted: orNull(Type.Boolean()),
  reason: orNull(Text, "Of its last change"),
  unknown: orNull(Text, "Why nobody can tell now how it is"),
  changes: Type.Integer(),
  notify: table(Type.Object({ owed: Type.Boolean({ description: "They are still to be told" }), error: orNull(Text) })),
});

/** What is answered about prompts, recordings, procedures, runs, schedules, alarms and calibrations. */
export const experimentSchemas: Readonly<Record<string, TSchema>> = {
  Prompt,
  Calibration,
  CalibrationState: Type.Object(calibrationState),
  CalibrationHistory: Type.Object({ ...calibrationState, records: Type.Array(ref("Calibration")) }),
  ...procedureSchemas,
  Run,
  Forecast,
  Recording,
  Schedule,
  Alarm,
};
