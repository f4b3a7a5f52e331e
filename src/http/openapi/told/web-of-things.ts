import { Type } from "../../../typebox.ts";
import { ref } from "../invocation-schemas.ts";
import type { Answer } from "../responses.ts";
import { once, type ToldOf, tagged } from "./told.ts";

const description = tagged({
  200: { description: "A Thing Description", content: { "application/td+json": ref("ThingDescription") } },
});
const written: Readonly<Record<number, Answer>> = { 204: { description: "Written" } };
const asItHappens = "text/event-stream";
/** Answers of long polls. */
const polled: Readonly<Record<number, Answer>> = { 204: { description: "None came in time", headers: ["NextEvent"] } };
const values = Type.Record(Type.String(), Type.Unknown());

/** Their schemas stand in the Thing Descriptions; refusals are `application/problem+json`. */
export const wotRoutes: ToldOf = {
  "GET /.well-known/wot": { id: "get_wot_directory", ...description },
  "GET /gateway/directory": { id: "get_directory", ...description },
  "GET /gateway/directory/things": {
    id: "list_directory",
    ...tagged({
      200: { description: "Thing Descriptions", content: { "application/ld+json": Type.Unknown() }, headers: ["Link"] },
    }),
  },
  "GET /gateway/directory/things/:urn": { id: "get_directory_entry", ...description },
  "GET /things/:thing": { id: "get_wot_thing", ...description },
  "GET /things/:thing/properties": {
    id: "read_all_properties",
    description: "With Accept: text/event-stream their changes, as they happen.",
    headers: ["LastEventId"],
    answers: {
      200: { description: "Their values by name", schema: values, content: { [asItHappens]: Type.String() } },
    },
  },
  "PUT /things/:thing/properties": { id: "write_properties", ...once, body: values, answers: written },
  "GET /things/:thing/properties/:property": {
    id: "read_property",
    description: "With Accept: text/event-stream its changes, as they happen; with wait or after the next one.",
    headers: ["LastEventId"],
    answers: {
      200: {
        description: "Its value",
        schema: Type.Unknown(),
        content: { [asItHappens]: Type.String() },
        headers: ["NextEvent"],
      },
      ...polled,
    },
  },
  "PUT /things/:thing/properties/:property": {
    id: "write_property",
    headers: ["IdempotencyKey", "LeaseNumber"],
    body: Type.Unknown(),
    answers: written,
  },
  "GET /things/:thing/actions": {
    id: "query_all_actions",
    answers: {
      200: {
        description: "By the name of the action, the newest first",
        schema: Type.Record(Type.String(), Type.Array(ref("ActionStatus"))),
        headers: ["Link"],
      },
    },
  },
  "GET /things/:thing/actions/:action": {
    id: "query_actions",
    answers: { 200: { description: "The newest first", schema: Type.Array(ref("ActionStatus")), headers: ["Link"] } },
  },
  "POST /things/:thing/actions/:action": {
    id: "invoke_action",
    headers: ["Prefer", "IdempotencyKey", "LeaseNumber", "StartBy"],
    body: Type.Unknown(),
    answers: {
      200: { description: "Of a synchronous action: its output", schema: Type.Unknown() },
      201: {
        description: "It is accepted, and may have ended already",
        schema: ref("ActionStatus"),
        headers: ["Location", "PreferenceApplied", "IdempotentReplayed"],
      },
      204: { description: "A synchronous action without output has ended" },
    },
  },
  "GET /things/:thing/actions/:action/:id": {
    id: "query_action",
    answers: { 200: { description: "How it is", schema: ref("ActionStatus") } },
  },
  "DELETE /things/:thing/actions/:action/:id": {
    id: "cancel_action",
    headers: ["Prefer"],
    answers: { 204: { description: "It has ended, or is asked to" } },
  },

  "GET /things/:thing/events": {
    id: "subscribe_all_events",
    headers: ["LastEventId"],
    answers: { 200: { description: "Events, until one side leaves", content: { [asItHappens]: Type.String() } } },
  },
  "GET /things/:thing/events/:event": {
    id: "subscribe_event",
    description: "With Accept: text/event-stream all that follow, else the next one.",
    headers: ["LastEventId"],
    answers: {
      200: {
        description: "What it tells",
        schema: Type.Unknown(),
        content: { [asItHappens]: Type.String() },
        headers: ["NextEvent"],
      },
      ...polled,
    },
  },
};
