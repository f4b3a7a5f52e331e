import { Type } from "../../../typebox.ts";
import { ref } from "../invocation-schemas.ts";
import { byName, ok, once, type ToldOf, tagged } from "./told.ts";

const leaseTerms = Type.Object({
  seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400, default: 600, unit: "s" })),
  note: Type.Optional(Type.String({ maxLength: 500, description: "For others to read" })),
  onLoss: Type.Optional(
    Type.Enum(["finish", "cancel"], { default: "finish", description: "What becomes of work when the lease is lost" }),
  ),
  things: Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: "More Things, all or none" })),
});

export const thingRoutes: ToldOf = {
  "GET /things/": {
    id: "list_things",
    ...tagged({ 200: { description: "URLs by name", schema: Type.Record(Type.String(), Type.String()) } }),
  },
  "GET /thing_descriptions/": {
    id: "list_thing_descriptions",
    ...tagged({ 200: { description: "By name", schema: byName("ThingDescription") } }),
  },
  "GET /:thing/": {
    id: "get_thing_description",
    ...tagged({ 200: { description: "What it offers", schema: ref("ThingDescription") } }),
  },
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

  "GET /mock/:thing/faults": { id: "list_faults", answers: ok(byName("Fault"), "By name") },
  "DELETE /mock/:thing/faults": { id: "end_all_faults", answers: ok(byName("Fault"), "None goes on") },
  "PUT /mock/:thing/faults/:fault": {
    id: "apply_fault",
    body: Type.Object({}, { additionalProperties: true, description: "Its parameters: see its input" }),
    answers: ok(ref("Fault")),
  },
  "DELETE /mock/:thing/faults/:fault": { id: "end_fault", answers: ok(ref("Fault")) },
};
