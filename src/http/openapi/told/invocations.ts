import { Type } from "../../../typebox.ts";
import { ref } from "../invocation-schemas.ts";
import { list, ok, type ToldOf } from "./told.ts";

const refusal = ref("ActionRefusal");
const actionRefusals = {
  404: { description: "No such invocation", schema: refusal },
  422: { description: "It does not fit", schema: refusal },
};

export const invocationRoutes: ToldOf = {
  "GET /action_invocations": { id: "list_invocations", answers: list("InvocationEntry") },
  "GET /action_invocations/:id": {
    id: "get_invocation",
    headers: ["IfNoneMatch"],
    answers: {
      ...ok(ref("Invocation"), "How it is", ["ETag"]),
      304: { description: "It is as it was", headers: ["ETag"] },
    },
  },
  "GET /action_invocations/:id/output": {
    id: "get_invocation_output",
    answers: {
      200: {
        description: "Its output; of one that is a blob, the bytes",
        schema: Type.Unknown(),
        content: { "*/*": Type.String() },
      },
      503: { description: "There is none, or not yet", schema: ref("Refusal") },
    },
  },
  "DELETE /action_invocations/:id": {
    id: "cancel_invocation",
    answers: {
      ...ok(Type.Null(), "It is asked to end"),
      409: { description: "It has ended already", schema: ref("Refusal") },
    },
  },

  "GET /blob/:blob_id": {
    id: "get_blob",
    description: "With Range a part of it.",
    headers: ["IfNoneMatch"],
    answers: {
      200: { description: "All of it", content: { "*/*": Type.String() }, headers: ["ETag"] },
      206: { description: "The part that was asked for", content: { "*/*": Type.String() }, headers: ["ETag"] },
      304: { description: "It is known already: what is under an id never changes" },
      416: { description: "It has not so many bytes", schema: ref("Refusal") },
    },
  },

  "GET /actions": {
    id: "list_actions",
    answers: { ...list("ActionEntry"), 422: actionRefusals[422] },
  },
  "GET /actions/:id": { id: "get_action", answers: { ...ok(ref("Action"), "How it is"), ...actionRefusals } },
  "DELETE /actions/:id": {
    id: "terminate_action",
    body: Type.Object({ timeout: Type.Optional(Type.Number({ minimum: 0, default: 5, unit: "s" })) }),
    answers: { ...ok(ref("Action"), "It has ended, or is asked to"), ...actionRefusals },
  },
};
