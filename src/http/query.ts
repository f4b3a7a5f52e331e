import type { FastifySchemaCompiler } from "fastify";
import { InputError, type Issue } from "../errors.ts";
import { eventKinds } from "../events/event.ts";
import { recordingStates } from "../experiment/recordings/request.ts";
import { closed, validator } from "../schema.ts";
import { type TSchema, Type, Value } from "../typebox.ts";

/**
 * Judges query strings and path parameters; bodies are judged by the Thing they are for. Query strings are all text, so
 * numbers are read from it; path parameters are taken as they are.
 */
export const compileQuery: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // A key that is misspelt must not be taken for one that is left out.
  const { issues } = validator(httpPart === "querystring" ? closed(schema) : schema);
  const times = timesIn(schema);
  return (input: unknown) => {
    const value = httpPart === "querystring" ? Value.Convert(schema, input) : input;
    const misfits = issues(value);
    const found = misfits.length > 0 || times.length === 0 ? misfits : unreadable(times, value);
    return found.length === 0 ? { value } : { error: new InputError(`the ${httpPart} is wrong`, found) };
  };
};

/** The parameters that are times. */
const timesIn = ({ properties = {} }: { readonly properties?: unknown }): readonly string[] =>
  Object.entries(properties as Readonly<Record<string, { readonly format?: unknown }>>).flatMap(([name, { format }]) =>
    format === "date-time" ? name : [],
  );

/** Times that are some by their form, and none for a clock: a leap second. */
function unreadable(times: readonly string[], value: unknown): readonly Issue[] {
  const given = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  return times.flatMap((name) => {
    const text = given[name];
    if (typeof text !== "string" || !Number.isNaN(Date.parse(text))) return [];
    const message = "must be a time that a clock has: no leap second";
    return [{ path: `/${name}`, keyword: "format", params: { format: "date-time" }, value: text, message }];
  });
}

export const thingParams = Type.Object({ thing: Type.String() });
export const affordanceParams = Type.Object({ thing: Type.String(), affordance: Type.String() });
export const faultParams = Type.Object({ thing: Type.String(), fault: Type.String() });
export const fileParams = Type.Object({ file: Type.String({ maxLength: 200 }) });
export const invocationParams = Type.Object({ id: Type.String({ format: "uuid" }) });
export const runParams = Type.Object({ run: Type.String({ format: "uuid" }) });
export const recordingParams = Type.Object({ recording: Type.String({ format: "uuid" }) });
export const blobParams = Type.Object({ blob_id: Type.String({ format: "uuid" }) });
export const interlockParams = Type.Object({ interlock: Type.String() });
export const procedureParams = Type.Object({ procedure: Type.String({ maxLength: 100 }) });
export const versionQuery = Type.Object({
  version: Type.Optional(Type.Integer({ minimum: 1, description: "Not the newest, or all, but this one" })),
});
export const scheduleParams = Type.Object({ schedule: Type.String() });
export const promptParams = Type.Object({ prompt: Type.String({ format: "uuid" }) });

/** Why somebody does what he does; for the log and the audit trail. */
const reason = Type.Optional(Type.String({ maxLength: 200, description: "Why, in words" }));
export const reasonQuery = Type.Object({ reason });
export const clearQuery = Type.Object({
  reason,
  pressed: Type.Optional(
    Type.String({ format: "date-time", description: "Only the stop that was pressed at this time, and no later one" }),
  ),
});
export const breakQuery = Type.Object({
  break: Type.Optional(Type.Boolean({ description: "End the lease of somebody else; say why in reason" })),
  reason,
});
export const calibrationsQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "At most this many, the newest" })),
});
export const auditQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "At most this many" })),
  cursor: Type.Optional(Type.Integer({ minimum: 0, description: "From the Link header of the page before" })),
  thing: Type.Optional(Type.String({ description: "Only what was done to this Thing" })),
  by: Type.Optional(Type.String({ description: "Only what this one has done" })),
  what: Type.Optional(
    Type.String({ maxLength: 100, description: "Only this kind, such as lease.taken; or a family of them: lease" }),
  ),
  since: Type.Optional(Type.String({ format: "date-time", description: "Noted last at this time or later" })),
});

/** python-labthings refuses none by its form. */
export const actionParams = Type.Object({ id: Type.String() });
export const terminateQuery = Type.Object({
  timeout: Type.Optional(Type.Number({ minimum: 0, description: "Wait so many seconds for the end, 5 unless told" })),
});

/** Seconds. */
const wait = Type.Number({
  minimum: 0,
  description:
    "Answer when the invocation has ended, or with If-None-Match when it has changed, or after this many seconds",
});

export const pollQuery = Type.Object({
  wait: Type.Optional(wait),
  log_since: Type.Optional(
    Type.Integer({ minimum: 0, description: "Only log entries from this sequence number on, rather than all" }),
  ),
});

const status = Type.Enum(["pending", "running", "completed", "cancelled", "error"]);
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "At most this many, the newest ones" })),
  cursor: Type.Optional(Type.Integer({ minimum: 0, description: "From the Link header of the page before" })),
  since: Type.Optional(Type.String({ format: "date-time", description: "Requested at this time or later" })),
  status: Type.Optional(status),
};

export const affordanceQuery = Type.Object({
  ...page,
  frames: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Of a stream, so many frames; one comes by itself" }),
  ),
});
export const trafficQuery = Type.Object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, description: "Only what came after this seq: next of the answer before" }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: "At most this many lines; 200 unless told" }),
  ),
  wait: Type.Optional(
    Type.Number({ minimum: 0, description: "Where there is none, wait for one up to so many seconds; at most 30" }),
  ),
});
export const timelineQuery = Type.Object({
  since: Type.Optional(
    Type.String({ format: "date-time", description: "What was not over then; 15 minutes before now unless told" }),
  ),
  until: Type.Optional(Type.String({ format: "date-time", description: "Requested before this time" })),
  thing: Type.Optional(Type.String({ description: "Only what was asked of this Thing; gateway for runs" })),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2000,
      description: "At most this many invocations, the newest; 500 unless told",
    }),
  ),
});
export const historyQuery = Type.Object({
  ...page,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000_000, description: "At most this many, the newest; a page has 1000" }),
  ),
  until: Type.Optional(Type.String({ format: "date-time", description: "Requested before this time" })),
  thing: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
  requestedBy: Type.Optional(Type.String()),
  format: Type.Optional(Type.Enum(["json", "csv", "ndjson"])),
});

const oneOrMore = <T extends TSchema>(one: T) => Type.Optional(Type.Union([one, Type.Array(one, { maxItems: 100 })]));
export const eventsQuery = Type.Object({
  thing: oneOrMore(Type.String({ description: "Only what has to do with this Thing; may be repeated" })),
  kind: oneOrMore(Type.Enum(eventKinds, { description: "Only events of this kind; may be repeated" })),
  lastEventId: Type.Optional(
    Type.String({ maxLength: 100, description: "As the header Last-Event-ID, for clients that cannot send one" }),
  ),
});
export const recordingsQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "At most this many, the newest" })),
  cursor: Type.Optional(Type.String({ format: "uuid", description: "From the Link header of the page before" })),
  thing: Type.Optional(Type.String({ description: "Only those that have to do with this Thing" })),
  run: Type.Optional(Type.String({ format: "uuid", description: "Only those of this run" })),
  name: Type.Optional(Type.String({ maxLength: 100, description: "Only those of this name" })),
  state: Type.Optional(Type.Enum([...recordingStates])),
});
export const runsQuery = Type.Object(page);
export const listQuery = Type.Object({
  ...page,
  thing: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
});
