import { type TSchema, Type } from "../../typebox.ts";
import { orNull } from "./invocation-schemas.ts";

const Text = Type.String();
const table = (schema: TSchema) => Type.Record(Text, schema);

const procedure = {
  name: Text,
  version: Type.Integer(),
  title: Text,
  description: orNull(Text),
  parameters: table(Type.Unknown({ description: "The JSON Schema of each" })),
  things: Type.Array(Text, { description: "Those that it works with, or reads" }),
  sha256: Text,
  bytes: Type.Integer(),
  storedAt: Type.String({ format: "date-time" }),
  unreadable: orNull(Text, "What keeps it from being read, as after a change by hand"),
};

const mistakes = Type.Array(
  Type.Object({
    at: Type.String({ description: "file:line:column" }),
    step: Type.String({ description: "Its path, such as steps[3].repeat[0]; empty for what is no step's" }),
    message: Text,
  }),
);

const ProcedureCheck = Type.Object({
  runs: Type.Boolean({ description: "Nothing keeps it from being run" }),
  mistakes,
  title: orNull(Text),
  parameters: table(Type.Unknown({ description: "The value of each" })),
  parameterSchemas: table(Type.Unknown()),
  things: Type.Array(Text),
  steps: Type.Array(
    Type.Object({
      path: Type.String({ description: "steps[3].repeat[0]" }),
      line: Type.Integer(),
      text: Type.String({ description: "What it does, in a line" }),
    }),
    { description: "In the order of the document" },
  ),
});

export const procedureSchemas: Readonly<Record<string, TSchema>> = {
  StoredProcedure: Type.Object(procedure),
  ProcedureDocument: Type.Object({ ...procedure, document: Text }),
  NewProcedure: Type.Object(
    { ...procedure, mistakes },
    { description: "With what keeps it from being run on this bench" },
  ),
  ProcedureCheck,
};
