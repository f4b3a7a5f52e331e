import { type TSchema, Type } from "../../typebox.ts";
import { reasonQuery } from "../query.ts";
import type { SentHeader, ToldHeader } from "./headers.ts";
import { ref } from "./invocation-schemas.ts";
import type { Answer, RefusalStatus } from "./responses.ts";

/** What is told of a route beside what it says itself. */
export interface Told {
  /** Its operationId: what generated clients call it. */
  readonly id: string;
  readonly description?: string;
  readonly headers?: readonly SentHeader[];
  /** Where the route itself judges none. */
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly refusals?: readonly RefusalStatus[];
}

const ok = (schema: TSchema, description = "Done", headers: readonly ToldHeader[] = []) => ({
  200: { description, schema, headers },
});
const list = (name: string) => ok(Type.Array(ref(name)), "A page of them", ["Link"]);
const byName = (name: string) => Type.Record(Type.String(), ref(name));
const once: Pick<Told, "headers"> = { headers: ["IdempotencyKey"] };

const leaseTerms = Type.Object({
  seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400, default: 600, unit: "s" })),
  note: Type.Optional(Type.String({ maxLength: 500, description: "For others to read" })),
  onLoss: Type.Optional(
    Type.Enum(["finish", "cancel"], { default: "finish", description: "What becomes of work when the lease is lost" }),
  ),
  things: Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: "More Things, all or none" })),
});

/** By method and path as the route table has them, without the prefix. A route that is missing here is told by what it says itself. */
export const told: Readonly<Record<string, Told>> = {
  "GET /health": {
    id: "get_health",
    answers: {
      ...ok(ref("Health"), "It is to be trusted"),
      503: { description: "It is not to be trusted with its devices", schema: ref("Health") },
    },
  },
  "GET /ready": {
    id: "get_readiness",
    answers: {
      ...ok(ref("Readiness"), "It takes work"),
      503: { description: "It does not, or not yet", schema: ref("Readiness") },
    },
  },
  "GET /thing_states": { id: "get_thing_states", answers: ok(byName("ThingStatus"), "By the name of the Thing") },

  "GET /emergency_stop": { id: "get_emergency_stop", answers: ok(ref("EmergencyStop"), "How it is") },
  "POST /emergency_stop": {
    id: "press_emergency_stop",
    description:
      "A software stop, no safety function. It takes no body and looks at none; nothing that is wrong with the request keeps it from stopping.",
    query: reasonQuery,
    answers: {
      ...ok(ref("EmergencyReport"), "Stopped: what each Thing has confirmed"),
      202: { description: "Stopped, but not everything has confirmed it yet", schema: ref("EmergencyReport") },
    },
  },
  "DELETE /emergency_stop": {
    id: "clear_emergency_stop",
    ...once,
    answers: ok(ref("EmergencyStop"), "Cleared; nothing has been started"),
    refusals: [400, 409, 507],
  },
  "GET /gateway/interlocks": { id: "list_interlocks", answers: ok(byName("Interlock"), "By name") },
  "POST /gateway/interlocks/:interlock/reset": {
    id: "reset_interlock",
    ...once,
    answers: ok(ref("Interlock"), "Work is let in again"),
    refusals: [400, 409, 507],
  },

  "GET /gateway/audit": { id: "list_audit_entries", answers: list("AuditEntry") },
  "GET /gateway/history": {
    id: "list_history",
    description: "With format=csv or format=ndjson everything that matches, as fast as it is read.",
    answers: {
      200: {
        description: "A page of them, or all",
        schema: Type.Array(ref("HistoryEntry")),
        content: { "text/csv": Type.String(), "application/x-ndjson": Type.String() },
        headers: ["Link"],
      },
    },
    refusals: [507],
  },
  "GET /gateway/history/:id": {
    id: "get_history_record",
    answers: ok(ref("HistoryRecord"), "All that is known of it"),
  },
  "GET /gateway/transcripts/:id": { id: "get_transcript", answers: ok(ref("Transcript"), "As far as it is kept") },

  "GET /mock/:thing/faults": { id: "list_faults", answers: ok(byName("Fault"), "By name") },
  "DELETE /mock/:thing/faults": { id: "end_all_faults", answers: ok(byName("Fault"), "None goes on") },
  "PUT /mock/:thing/faults/:fault": {
    id: "apply_fault",
    body: Type.Object({}, { additionalProperties: true, description: "Its parameters: see its input" }),
    answers: ok(ref("Fault")),
  },
  "DELETE /mock/:thing/faults/:fault": { id: "end_fault", answers: ok(ref("Fault")) },

  "GET /things/": { id: "list_things", answers: ok(Type.Record(Type.String(), Type.String()), "URLs by name") },
  "GET /thing_descriptions/": { id: "list_thing_descriptions", answers: ok(byName("ThingDescription"), "By name") },
  "GET /:thing/": { id: "get_thing_description", answers: ok(ref("ThingDescription"), "What it offers") },
  "GET /:thing/quarantine": { id: "get_quarantine", answers: ok(ref("Quarantine"), "Whether, and why") },
  "DELETE /:thing/quarantine": {
    id: "end_quarantine",
    ...once,
    answers: ok(
      Type.Object({ state: Type.String(), reason: Type.Union([Type.String(), Type.Null()]) }),
      "It was closed and opened; how it is now",
    ),
    refusals: [400, 409, 503, 507],
  },
  "GET /:thing/lease": { id: "get_lease", answers: ok(ref("Lease"), "Who has it") },
  "POST /:thing/lease": {
    id: "take_lease",
    headers: ["LeaseNumber", "IdempotencyKey"],
    body: leaseTerms,
    answers: { ...ok(ref("Lease"), "It is longer now"), 201: { description: "It is yours", schema: ref("Lease") } },
    refusals: [400, 409, 503, 507],
  },
  "DELETE /:thing/lease": {
    id: "give_back_lease",
    headers: ["LeaseNumber", "IdempotencyKey"],
    answers: ok(ref("Lease"), "Nobody has it"),
    refusals: [400, 409, 507],
  },

  "GET /action_invocations": { id: "list_invocations", answers: list("InvocationEntry") },
  "GET /action_invocations/:id": { id: "get_invocation", answers: ok(ref("Invocation"), "How it is") },
  "GET /action_invocations/:id/output": {
    id: "get_invocation_output",
    answers: {
      ...ok(Type.Unknown(), "Its output"),
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
};

/** Routes that do not stand in the document, and why. A star at the end stands for anything. */
export const leftOut: Readonly<Record<string, string>> = {
  "GET /": "a page for people",
  "GET /docs*": "a page for people, and what it is made of",
  "GET /openapi.json": "the document itself",
  "GET /emergency_stop/": "the same without the slash",
  "POST /emergency_stop/": "the same without the slash",
  "DELETE /emergency_stop/": "the same without the slash",
  "POST /mock/:thing/faults/:fault": "the same as PUT",
  "GET /:thing/:affordance": "each property, action and stream has a path of its own",
  "PUT /:thing/:affordance": "each property has a path of its own",
  "POST /:thing/:affordance": "each action has a path of its own",
  "POST /:thing/:affordance/reset": "each property with a default has a path of its own",
};
