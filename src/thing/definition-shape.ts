import { Type } from "../typebox.ts";

const Level = Type.Union([Type.Boolean(), Type.Number()]);
const Schema = Type.Unsafe<object>({ type: "object" });
const Text = Type.String({ minLength: 1 });
const Described = { title: Text, description: Type.Optional(Type.String()) };
const Duration = Type.Optional(Type.Number({ minimum: 0 }));
const Period = Type.Optional(Type.Number({ exclusiveMinimum: 0 }));
const Flag = Type.Optional(Type.Boolean());
const strict = { additionalProperties: false };

export const propertyShape = Type.Object(
  {
    ...Described,
    schema: Schema,
    readOnly: Flag,
    observable: Flag,
    persist: Flag,
    drives: Type.Optional(Text),
    maxAgeMs: Duration,
    pollMs: Period,
    observeMs: Period,
    concurrent: Flag,
  },
  strict,
);

export const actionShape = Type.Object(
  {
    ...Described,
    input: Type.Optional(Schema),
    output: Type.Optional(Schema),
    urgent: Flag,
    lane: Type.Optional(Type.Literal(false)),
    whenBusy: Type.Optional(Type.Enum(["queue", "reject", "replace"])),
    reserves: Type.Optional(Type.Array(Text)),
    timeoutMs: Period,
    cancelGraceMs: Duration,
    responseTimeoutMs: Duration,
    retentionMs: Duration,
    startWithinMs: Period,
    restartWithinMs: Period,
    synchronous: Flag,
    idle: Type.Optional(Type.Record(Type.String(), Type.Union([Level, Type.Literal("keep")]))),
    safe: Flag,
    idempotent: Flag,
    calibrates: Flag,
  },
  strict,
);

export const eventShape = Type.Object({ ...Described, data: Schema }, strict);

export const streamShape = Type.Object(
  { ...Described, contentType: Type.String({ pattern: "^[a-z]+/[a-z0-9.+-]+$" }) },
  strict,
);

/** No timer of the system's takes more than 24 days. */
const Limit = Type.Optional(Type.Number({ minimum: 1, maximum: 2e9, expects: "milliseconds, 1 to 2000000000" }));
const Policy = Type.Optional(Type.Enum(["safe", "hold"]));

/** What the driver says of an output, and a bench may say otherwise. */
export const outputPolicies = {
  onStart: Policy,
  onStop: Policy,
  onCrash: Policy,
  onDisconnect: Policy,
  onLeaseLoss: Policy,
  maxOnMs: Limit,
  renewEveryMs: Limit,
  order: Type.Optional(Type.Number()),
  afterMs: Type.Optional(Type.Number({ minimum: 0, maximum: 20_000, expects: "milliseconds, 0 to 20000" })),
};

export const outputShape = Type.Object(
  {
    safe: Level,
    emergency: Type.Optional(Type.Union([Level, Type.Literal("keep")])),
    ...outputPolicies,
  },
  strict,
);

const AnyTable = Type.Optional(Type.Record(Type.String(), Type.Unknown()));

/** The frame of a definition. What is in its tables has shapes of its own, above. */
export const definitionShape = Type.Object(
  {
    ...Described,
    config: Schema,
    unstoppableWhile: Type.Optional(Text),
    uses: AnyTable,
    outputs: AnyTable,
    properties: AnyTable,
    actions: AnyTable,
    events: AnyTable,
    streams: AnyTable,
    deadMan: Type.Optional(Type.Unknown()),
    configured: Type.Optional(Type.Unknown()),
    open: Type.Unknown(),
  },
  strict,
);
