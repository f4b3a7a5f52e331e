import { validator } from "../../schema.ts";
import { type Static, Type } from "../../typebox.ts";

/** How a recording has ended. */
export const recordingEnds = ["stopped", "finished", "full", "interrupted"] as const;

const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

const columnSchema = Type.Object({
  /** As it stands in the header, with its unit. */
  title: Type.String(),
  /** `ph.ph`, or `stage.position` for a part of it. */
  property: Type.String(),
  /** Where in the value it is: `["x"]` of `stage.position`. */
  path: Type.Array(Type.String()),
  /** How its cells are to be read. */
  kind: Type.Enum(["number", "boolean", "text", "json"]),
});

const aboutSchema = Type.Object({
  id: Type.String(),
  name: Type.String({ maxLength: 100 }),
  /** Those whose properties it has. */
  things: Type.Array(Type.String()),
  columns: Type.Array(columnSchema),
  /** Null: whenever something changes. Milliseconds. */
  everyMs: nullable(Type.Number()),
  forMs: nullable(Type.Number()),
  /** The invocation it was begun by. */
  run: nullable(Type.String()),
  /** What began it by itself: the name it has in the configuration. */
  configured: nullable(Type.String()),
  by: Type.String(),
  /** Wall clock, milliseconds. */
  startedAt: Type.Number(),
  clockTrusted: Type.Boolean(),
  /** Null while it goes on. */
  end: nullable(
    Type.Object({
      /** Null when nobody knows. */
      at: nullable(Type.Number()),
      how: Type.Enum([...recordingEnds]),
      why: Type.String(),
      /** Null when they were not counted. */
      rows: nullable(Type.Number()),
      gaps: nullable(Type.Number()),
    }),
  ),
});

/** What is told of a recording beside its rows. */
export type RecordingAbout = Static<typeof aboutSchema>;
export type RecordingColumn = Static<typeof columnSchema>;
export type RecordingEnd = NonNullable<RecordingAbout["end"]>;

const judge = validator(aboutSchema);

export const isAbout = (told: unknown): told is RecordingAbout => judge.issues(told).length === 0;
