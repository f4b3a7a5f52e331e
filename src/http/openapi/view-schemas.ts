import { type TSchema, Type } from "../../typebox.ts";
import { orNull, ref, Status, Time } from "./invocation-schemas.ts";

/** As python-labthings told it. */
const action = {
  id: Type.String(),
  action: Type.String(),
  status: Status,
  href: Type.String(),
  timeRequested: Time,
  timeCompleted: orNull(Time),
  progress: orNull(Type.Integer({ minimum: 0, maximum: 100, unit: "%" })),
  data: Type.Object({}),
  links: Type.Object({ self: Type.Unknown() }),
  thing: Type.String(),
};

/** In the words of the W3C's HTTP Basic Profile. */
const ActionStatus = Type.Object({
  status: Type.Enum(["pending", "running", "completed", "failed"]),
  href: Type.String(),
  timeRequested: Time,
  timeEnded: Type.Optional(Time),
  output: Type.Optional(Type.Unknown()),
  error: Type.Optional(ref("WotProblem")),
});

const WotProblem = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String() },
  { additionalProperties: true, description: "RFC 9457, with members of its own in some cases" },
);

/** What the other views tell of invocations. */
export const viewSchemas: Readonly<Record<string, TSchema>> = {
  ActionEntry: Type.Object(action, { description: "An invocation in the words of python-labthings" }),
  Action: Type.Object({ ...action, input: Type.Unknown(), output: Type.Unknown(), log: Type.Array(Type.Unknown()) }),
  ActionStatus,
  ActionRefusal: Type.Object({ code: Type.Integer(), message: Type.String(), name: Type.String() }),
  WotProblem,
};
