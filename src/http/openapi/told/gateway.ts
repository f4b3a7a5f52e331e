import { Type } from "../../../typebox.ts";
import { ReloadWish } from "../../gateway/reload.ts";
import { reasonQuery } from "../../query.ts";
import { ref } from "../invocation-schemas.ts";
import { byName, list, ok, once, type ToldOf, tagged } from "./told.ts";

export const gatewayRoutes: ToldOf = {
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
  "GET /metrics": {
    id: "get_metrics",
    description: "In the text format of Prometheus; of those Things that one may read.",
    answers: { 200: { description: "As they are now", content: { "text/plain": Type.String() } } },
  },
  "GET /gateway/about": { id: "get_about", answers: ok(ref("About"), "What it is, and who asks") },
  "GET /thing_states": { id: "get_thing_states", answers: ok(byName("ThingStatus"), "By the name of the Thing") },

  "GET /gateway/leases": { id: "get_leases", answers: ok(list("Lease"), "Each once, whatever it is on") },

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
  "GET /gateway/configuration": {
    id: "get_configuration",
    ...tagged(ok(ref("Configuration"), "As it holds now")),
  },
  "POST /gateway/reload": {
    id: "reload_configuration",
    description:
      "Nothing has changed where it is refused: 422 tells every mistake of the file, 409 what is in the way.",
    ...once,
    body: ReloadWish,
    answers: ok(ref("Reload"), "It is as the file says, but for what needs a restart"),
    refusals: [400, 409, 422, 503, 507],
  },
  "POST /gateway/session": {
    id: "begin_session",
    description: "For pages. The session is sent as a token is, ends with it, by itself or when it is deleted.",
    answers: { 201: { description: "To be sent in place of the token", schema: ref("Session") } },
    refusals: [404],
  },
  "DELETE /gateway/session": {
    id: "end_session",
    answers: { 204: { description: "Ended, and with it what it held open" } },
    refusals: [404],
  },

  "GET /events": {
    id: "watch_events",
    description:
      "Server-Sent Events: each with its kind, an id to resume from, and JSON as data. A gap is told as such.",
    headers: ["LastEventId"],
    answers: { 200: { description: "Events, until one side leaves", content: { "text/event-stream": Type.String() } } },
    refusals: [404, 503],
  },
  "GET /gateway/audit": { id: "list_audit_entries", answers: list("AuditEntry") },
  "GET /gateway/timeline": { id: "get_timeline", answers: ok(ref("Timeline"), "By Things, each oldest first") },
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
  "GET /gateway/traffic/:thing": {
    id: "get_traffic",
    description: "As far as it is kept. With wait= it answers when something goes over them.",
    answers: ok(ref("Traffic"), "Oldest first"),
    refusals: [503],
  },
  "GET /gateway/transcripts/:id": { id: "get_transcript", answers: ok(ref("Transcript"), "As far as it is kept") },
};
