import { type Static, Type } from "benchd/driver";

/** What is sent: one line of ASCII. */
const Command = Type.String({ pattern: "^[ -~]{1,500}$", description: "one line of ASCII" });
const Commands = Type.Array(Command, { maxItems: 50 });
const Text = Type.String({ minLength: 1, maxLength: 200 });
const Milliseconds = Type.Integer({ minimum: 1, maximum: 3_600_000, unit: "ms" });

/** What a value is, and between which limits. */
const value = {
  type: Type.Enum(["number", "integer", "boolean", "string", "enum"], { default: "number" }),
  unit: Type.Optional(Type.String({ minLength: 1, description: "in UCUM, as V, A, Ohm, Hz, Cel" })),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  values: Type.Optional(
    Type.Array(Type.String({ pattern: "^[A-Za-z0-9_.+-]{1,40}$", description: "a word of the instrument's" }), {
      minItems: 1,
      maxItems: 100,
    }),
  ),
};
// An entry of a table gets its defaults only if it has a default of its own.
const filled = { default: {} };
const ValueSpec = Type.Object(value, filled);
export type ValueSpec = Static<typeof ValueSpec>;

/** How the numbers of a waveform come: as text, or as so many bits each. */
const formats = ["ascii", "int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"] as const;

/** What is read: a value, or many in a definite-length block. */
const reading = {
  ...value,
  type: Type.Enum(["number", "integer", "boolean", "string", "enum", "block"], { default: "number" }),
  nullable: Type.Boolean({
    default: true,
    description: "false: an overload is an error, not null; for slots that take a number",
  }),
  format: Type.Enum([...formats], { default: "ascii" }),
  littleEndian: Type.Boolean({ default: false }),
};
const ReadingSpec = Type.Object(reading, filled);
export type ReadingSpec = Static<typeof ReadingSpec>;

const PropertySpec = Type.Object(
  {
    ...reading,
    title: Type.Optional(Text),
    description: Type.Optional(Text),
    query: Command,
    set: Type.Optional(Command),
    readBack: Type.Boolean({ default: true }),
    tolerance: Type.Optional(Type.Number({ minimum: 0, description: "how far what is read back may be off" })),
    drives: Type.Boolean({ default: false, description: "it switches what the safe commands switch off" }),
    observable: Type.Boolean({ default: false }),
    timeoutMs: Type.Optional(Milliseconds),
    maxAgeMs: Type.Optional(Type.Integer({ minimum: 0, unit: "ms" })),
    pollMs: Type.Optional(Type.Integer({ minimum: 100, unit: "ms" })),
  },
  filled,
);
export type PropertySpec = Static<typeof PropertySpec>;

const ActionSpec = Type.Object(
  {
    title: Type.Optional(Text),
    description: Type.Optional(Text),
    command: Type.Union([Command, Commands]),
    input: Type.Record(Type.String(), ValueSpec, { default: {} }),
    waits: Type.Boolean({ default: false, description: "until the instrument says that the operation is complete" }),
    query: Type.Optional(Command),
    output: ReadingSpec,
    timeoutMs: Type.Optional(Milliseconds),
  },
  filled,
);
export type ActionSpec = Static<typeof ActionSpec>;

/** What ends a line, by its name. */
export const lineEnds = { lf: "\n", crlf: "\r\n", cr: "\r" } as const;

export const config = Type.Object({
  identify: Type.Optional(Type.String({ minLength: 1, description: "what occurs in the answer to *IDN?; a pattern" })),
  properties: Type.Record(Type.String(), PropertySpec, { default: {} }),
  actions: Type.Record(Type.String(), ActionSpec, { default: {} }),
  onOpen: { ...Commands, default: [] },
  onClose: { ...Commands, default: [] },
  stop: Type.Optional(Commands),
  safe: Type.Optional(Commands),
  errorQuery: {
    ...Command,
    default: "SYST:ERR?",
    description: "asks for the oldest error; none: it has no such queue",
  },
  checked: Type.Boolean({
    default: true,
    description: "false: it does not know *ESE?; then nothing tells when it answers one command late for good",
  }),
  baudRate: Type.Integer({ minimum: 300, maximum: 4_000_000, default: 9600 }),
  send: Type.Enum(["lf", "crlf", "cr"], { default: "lf" }),
  receive: Type.Enum(["lf", "crlf", "cr"], { default: "lf" }),
  replyTimeoutMs: { ...Milliseconds, default: 2000 },
  maxReplyBytes: Type.Integer({ minimum: 256, maximum: 16_777_216, default: 1_048_576 }),
});
export type Config = Static<typeof config>;
