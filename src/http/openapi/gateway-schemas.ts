import { scopes } from "../../access/scope.ts";
import { type TSchema, Type } from "../../typebox.ts";
import { experimentSchemas } from "./experiment-schemas.ts";
import { orNull, ref } from "./invocation-schemas.ts";

const Time = Type.String({ format: "date-time" });
const Text = Type.String();
const table = (schema: TSchema) => Type.Record(Type.String(), schema);

const Refusal = Type.Object({ detail: Text }, { description: "Why not, in words" });

const Problem = Type.Object(
  {
    detail: Type.String({ description: "What is wrong, and what to do about it" }),
    type: Type.String({ description: "urn:benchd:error: and a code of docs/errors.md" }),
    status: Type.Integer(),
    title: Text,
    instance: Type.Null(),
  },
  { description: "The keys of RFC 9457" },
);

const ValidationDetail = Type.Object({
  type: Type.String({ description: "As pydantic names it: missing, int_parsing, …" }),
  loc: Type.Array(Type.Union([Text, Type.Integer()]), { description: "body, query or path, and what stands there" }),
  msg: Text,
  input: Type.Optional(Type.Unknown({ description: "What was sent there, unless that is longer than some 4 KiB" })),
  ctx: Type.Optional(table(Type.Unknown())),
});

const ThingDescription = Type.Object(
  {
    "@context": Type.Unknown(),
    title: Text,
    description: Type.Optional(Text),
    base: Type.Optional(Text),
    properties: table(Type.Unknown()),
    actions: table(Type.Unknown()),
  },
  { additionalProperties: true, description: "A W3C Thing Description 1.1" },
);

const names = (description: string) => Type.Array(Text, { description });

const Reload = Type.Object({
  added: names("Things that are new"),
  removed: names("Things that are gone"),
  changed: names("Things that were closed and opened anew"),
  kept: names("Things that have gone on"),
  sections: names("What else was another, and is taken up"),
  needsRestart: names("What is another in the file, and stays as it is until benchd is started again: listen.port"),
});

const Configuration = Type.Object({
  file: Type.String({ description: "As it was named" }),
  settings: Type.Array(
    Type.Object({
      path: Type.String({ description: "The way to it in the file: /listen/port" }),
      value: Type.Unknown({ description: "As the file would say it; `(not shown)` where it would let somebody in" }),
      from: Type.Enum(["file", "default", "command line", "environment"]),
    }),
  ),
});

const About = Type.Object({
  version: Type.String({ description: "Of benchd" }),
  mock: Type.Boolean({ description: "Every device is simulated" }),
  timeScale: Type.Number({ description: "Simulated time passes up to so many times as fast; else 1" }),
  prefix: Type.String({ description: "Before every path of the Things" }),
  startedAt: Time,
  now: Time,
  clock: Type.Object({ trusted: Type.Boolean({ description: "Whether its wall clock is known to be right" }) }),
  safeMode: orNull(Text, "Why no device was opened"),
  openToAll: Type.Boolean({ description: "No token is asked of anybody, wherever he comes from" }),
  you: Type.Object({
    name: Text,
    session: Type.Boolean({ description: "This was asked with a session, and not with a token" }),
    grants: Type.Array(
      Type.Object({
        scope: Type.Enum([...scopes]),
        things: orNull(Type.Array(Text), "null: all of them, and the gateway itself"),
      }),
    ),
  }),
});

const status = Type.Enum(["pending", "running", "completed", "cancelled", "error"]);

const TimelinePart = Type.Object(
  {
    kind: Type.Enum(["queued", "wire", "prompt", "cancel", "step"]),
    from: Time,
    to: orNull(Time, "null while it goes on"),
    thing: Type.Optional(Type.String({ description: "Of a step, and of its waiting: on which it is a call" })),
    action: Type.Optional(Text),
    n: Type.Optional(Type.Integer({ description: "Which step it is, from 0 on" })),
    status: Type.Optional(status),
  },
  {
    description:
      "It waited for its turn, or for the wire; somebody was asked; it had been asked to end; it called another Thing",
  },
);

const TimelineEntry = Type.Object({
  id: Text,
  action: Text,
  status,
  reason: orNull(Text),
  outcome: orNull(Type.Literal("unknown")),
  requestedBy: Text,
  requestedAt: Time,
  startedAt: orNull(Time),
  endedAt: orNull(Time),
  progress: orNull(Type.Number(), "0 to 100"),
  parts: Type.Array(ref("TimelinePart"), { description: "By when they began; none is outside the invocation" }),
});

const Timeline = Type.Object({
  now: Time,
  since: Time,
  lanes: Type.Array(Type.Object({ thing: Text, invocations: Type.Array(ref("TimelineEntry")) })),
  truncated: Type.Boolean({ description: "There was more than is told" }),
});

const Traffic = Type.Object({
  lines: Type.Array(
    Type.Object({
      seq: Type.Integer({ description: "Counts pieces, of which a line may have several: that of the last" }),
      at: Time,
      direction: Type.Enum(["sent", "received", "note"]),
      text: Type.String({ description: "With \\n, \\r, \\t, \\\\ and \\x00 for what is no printable ASCII" }),
      invocation: orNull(Text, "For which the exchange was under way"),
    }),
  ),
  next: Type.Integer({ description: "To be asked after next" }),
  dropped: Type.Integer({ description: "How many pieces after that are not kept any more" }),
});

const ThingStatus = Type.Object({
  title: Text,
  state: Type.String({ description: "opening, ready, faulted, quarantined, …" }),
  reason: orNull(Text),
  running: orNull(Text),
  queued: Type.Integer(),
  metadata: table(Type.Unknown()),
});

const Lease = Type.Object({
  held: Type.Boolean(),
  leaseNumber: orNull(Type.Integer(), "For the header Lease-Number"),
  holder: orNull(Text),
  note: orNull(Text),
  onLoss: orNull(Type.Enum(["finish", "cancel"])),
  things: Type.Array(Text),
  since: orNull(Time),
  until: orNull(Time),
});

const stop = { stopped: Type.Boolean(), at: orNull(Time), by: orNull(Text) };

const EmergencyReport = Type.Object({
  ...stop,
  things: orNull(
    table(Type.Object({ confirmed: Type.Boolean(), error: Type.Optional(Text) })),
    "What each device has confirmed; null when that takes longer",
  ),
  persisted: orNull(Type.Boolean(), "Whether the latch would survive a power cut"),
});

const Interlock = Type.Object({
  tripped: Type.Boolean(),
  at: orNull(Time),
  reason: orNull(Text),
  condition: Type.Enum(["met", "violated", "unknown"]),
  conditionReason: orNull(Text),
  value: Type.Optional(Type.Unknown()),
  thing: Text,
  property: orNull(Text),
  equals: Type.Optional(Type.Unknown()),
  on: Type.Unknown(),
  outputs: table(
    Type.Object({
      value: Type.Union([Type.Boolean(), Type.Number()]),
      confirmed: Type.Optional(Type.Boolean()),
      error: Type.Optional(orNull(Text)),
    }),
  ),
});

const AuditEntry = Type.Object({
  seq: Type.Integer(),
  at: Time,
  clockTrusted: Type.Boolean(),
  by: Text,
  from: orNull(Text),
  what: Type.String({ description: "emergency_stop.pressed, interlock.reset, lease.taken, …" }),
  thing: orNull(Text),
  detail: orNull(Text),
  times: Type.Integer(),
});

const degradation = Type.Object(
  {
    code: Type.Enum([
      "thing_not_ready",
      "interlock_tripped",
      "alarm_raised",
      "emergency_stop",
      "clock_not_trusted",
      "probe_failed",
    ]),
    name: orNull(Text),
    message: Text,
  },
  { description: "Something that is not as it should be, while the gateway serves on" },
);
const probe = Type.Object({ ok: Type.Boolean(), why: orNull(Text) }, { additionalProperties: Type.Number() });

export const gatewaySchemas: Readonly<Record<string, TSchema>> = {
  Refusal,
  Problem,
  ValidationError: Type.Object({ detail: Type.Array(ref("ValidationDetail")) }),
  ValidationDetail,
  ThingDescription,
  Reload,
  Configuration,
  About,
  Timeline,
  Traffic,
  TimelineEntry,
  TimelinePart,
  ThingStatus,
  Quarantine: Type.Object({ quarantined: Type.Boolean(), reason: orNull(Text) }),
  Lease,
  EmergencyStop: Type.Object(stop),
  EmergencyReport,
  Session: Type.Object({ session: Text, until: Time, name: Text }),
  Interlock,
  ...experimentSchemas,
  AuditEntry,
  Health: Type.Object({
    status: Type.Enum(["ok", "degraded", "closing", "safe-mode", "failing"]),
    reason: Type.Optional(orNull(Text)),
    reasons: Type.Optional(Type.Array(degradation)),
    probes: Type.Optional(table(probe)),
  }),
  Readiness: Type.Object({
    ready: Type.Boolean(),
    closing: Type.Boolean(),
    opening: Type.Array(Text),
    reason: orNull(Text),
  }),
  Fault: Type.Object(
    {
      title: Text,
      input: Type.Unknown({ description: "The JSON Schema of its parameters" }),
      active: Type.Unknown({ description: "Those it goes on with; null when it does not" }),
    },
    { description: "What can go wrong with a simulated device" },
  ),
  Transcript: Type.Object(
    {
      format: Type.Literal("benchd-transcript"),
      version: Type.Literal(1),
      invocation: Text,
      thing: Text,
      action: Text,
      status: Text,
      things: table(Type.Unknown()),
    },
    { description: "What went over the wires" },
  ),
};
