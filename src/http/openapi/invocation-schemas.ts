import { type TSchema, Type } from "../../typebox.ts";

/** What stands in the document under `#/components/schemas/`, by its name there. */
export const ref = (name: string) => Type.Unsafe<unknown>({ $ref: `#/components/schemas/${name}` });

export const orNull = (schema: TSchema, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

export const Time = Type.String({ format: "date-time" });
const Names = { thing: Type.String(), action: Type.String() };
export const Status = Type.Enum(["pending", "running", "completed", "cancelled", "error"]);
const Progress = orNull(Type.Number({ minimum: 0, maximum: 100 }), "Null when the action reports none. Unit: %");

const Link = Type.Object({
  href: Type.String(),
  type: orNull(Type.String()),
  rel: Type.String(),
  anchor: orNull(Type.String()),
});

const LogEntry = Type.Object({
  message: Type.String(),
  levelname: Type.String({ description: "DEBUG, INFO, WARNING or ERROR" }),
  levelno: Type.Integer({ description: "10, 20, 30 or 40, as in Python" }),
  lineno: Type.Integer(),
  filename: Type.String(),
  created: Time,
  exception_type: orNull(Type.String()),
  traceback: orNull(Type.String()),
  seq: Type.Integer({ description: "For log_since" }),
  thing: Type.String({ description: "The Thing that speaks" }),
});

const Step = Type.Object({
  ...Names,
  status: Status,
  progress: Progress,
  timeRequested: Time,
  timeStarted: orNull(Time),
  timeCompleted: orNull(Time),
  error: orNull(Type.String()),
});

const Delivery = Type.Object({
  thing: Type.String(),
  unit: Type.String(),
  requested: Type.Number(),
  confirmed: Type.Number({ description: "As much has been delivered for sure" }),
  uncertain: Type.Number({ description: "As much more may have been: nobody can know" }),
});

const entry = {
  status: Status,
  id: Type.String({ format: "uuid" }),
  action: Type.String({ description: "The path of the action" }),
  href: Type.String({ description: "Where it is polled" }),
  timeStarted: orNull(Time),
  timeRequested: Time,
  timeCompleted: orNull(Time),
  links: Type.Array(ref("Link")),
  seq: Type.Integer({ description: "Orders invocations, whatever the clock does" }),
  progress: Progress,
  queuePosition: orNull(Type.Integer(), "How many wait before it; null once it runs"),
  waitingFor: orNull(Type.String(), "What it waits for, in words"),
  reason: orNull(Type.String(), "Why it was cancelled: client, stopped, emergency_stop, lease_lost, …"),
  outcome: orNull(Type.Enum(["unknown"]), "unknown: nobody can know what the device has done. Look at it"),
  forced: Type.Boolean({ description: "It had to be cut off, because its handler did not end" }),
};

const whole = {
  input: Type.Unknown(),
  output: Type.Unknown({ description: "Null until it is completed" }),
  log: Type.Array(ref("LogEntry"), { description: "The latest 1000, oldest first" }),
  error: orNull(ref("Problem")),
  delivery: Type.Array(ref("Delivery")),
  steps: Type.Array(ref("Step")),
  provenance: Type.Array(ref("Provenance")),
};

const past = {
  requestedBy: Type.String(),
  requestedFrom: orNull(Type.String(), "The address"),
  clockTrusted: Type.Boolean({ description: "Whether the wall clock was known to be right" }),
  waitedMs: orNull(Type.Number(), "Unit: ms"),
  ranMs: orNull(Type.Number(), "Null when nobody saw the end. Unit: ms"),
  error: orNull(ref("Problem")),
  delivery: Type.Array(ref("Delivery")),
};

const Provenance = Type.Object({
  thing: Type.String(),
  driver: Type.String(),
  benchd: Type.String({ description: "Its version" }),
  configuration: Type.String({ description: "A hash" }),
  model: Type.Optional(Type.String()),
  serialNumber: Type.Optional(Type.String()),
  firmware: Type.Optional(Type.String()),
  calibration: Type.Optional(
    Type.Object(
      { id: Type.String(), at: Time, validity: Type.String(), fit: Type.Record(Type.String(), Type.Unknown()) },
      { description: "The calibration that it had when it was first used; none, where there was none" },
    ),
  ),
});

const href = "http://127.0.0.1:5000/action_invocations/8e03978e-40d5-43e8-bc93-6894a57f9324";

const anInvocation = {
  ...{ status: "completed", id: "8e03978e-40d5-43e8-bc93-6894a57f9324", action: "/pump/dispense", href },
  timeStarted: "2026-11-20T09:00:00.012Z",
  timeRequested: "2026-11-20T09:00:00.010Z",
  timeCompleted: "2026-11-20T09:00:12.600Z",
  links: [
    { href, type: null, rel: "self", anchor: null },
    { href: `${href}/output`, type: null, rel: "output", anchor: null },
  ],
  ...{ seq: 42, progress: 100, queuePosition: null, waitingFor: null, reason: null, outcome: null, forced: false },
  ...{ input: { volume: 1 }, output: { dispensed: 1 }, log: [], error: null },
  delivery: [{ thing: "pump", unit: "mL", requested: 1, confirmed: 1, uncertain: 0 }],
  steps: [],
  provenance: [{ thing: "pump", driver: "syringe-pump", benchd: "0.3.0", configuration: "c0ffee", model: "NE-1000" }],
};

export const invocationSchemas: Readonly<Record<string, TSchema>> = {
  Invocation: Type.Object({ ...entry, ...whole }, { description: "One run of an action", examples: [anInvocation] }),
  InvocationEntry: Type.Object(entry, { description: "An invocation as it stands in a list" }),
  Link,
  LogEntry,
  Step,
  Delivery,
  HistoryEntry: Type.Object({ ...entry, ...past }),
  HistoryRecord: Type.Object({
    ...entry,
    ...whole,
    ...past,
    omitted: Type.Array(Type.Enum(["input", "output"]), { description: "What was too large to be kept" }),
    logDropped: Type.Integer({ description: "How many older entries of the log had to go" }),
  }),
  Provenance,
};
