import { Type } from "../../typebox.ts";
import { type Json, mapTable } from "./json.ts";
import { answerSchema } from "./schema-words.ts";

interface Header {
  readonly name: string;
  readonly description: string;
  readonly example: string;
}

/** Headers that a client may send, under `#/components/parameters/`. */
const sent = {
  Prefer: {
    name: "Prefer",
    description:
      "How long to wait for the end: wait=N seconds (60 at most), respond-async not at all. With cancel-on-disconnect what nobody waits for any more is cancelled",
    example: "wait=10",
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    description: "A new UUID for each request that is no repetition: what is asked for under a key is done once",
    example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
  },
  LeaseNumber: {
    name: "Lease-Number",
    description: "Under which lease, or leases with commas between, this is asked for",
    example: "17",
  },
  StartBy: {
    name: "Start-By",
    description: "Until when it is to start, with its zone: what has not started by then never does",
    example: "2026-11-20T22:41:07.512Z",
  },
  LastEventId: {
    name: "Last-Event-ID",
    description: "Where to resume: the id of the last event that was received",
    example: "9f1c2a4b6d8e-1042",
  },
  IfNoneMatch: {
    name: "If-None-Match",
    description: "The ETag of what is known already: 304 when it is still that",
    example: '"mlGRmqtTFN1ZGTxFrhdjOMHRLb4"',
  },
} satisfies Record<string, Header>;

/** Headers of answers, under `#/components/headers/`. */
const told = {
  Location: { name: "Location", description: "Where the invocation is polled", example: "/action_invocations/…" },
  Link: {
    name: "Link",
    description: 'Where the older ones are, with rel="next"; missing when there are none',
    example: '<http://127.0.0.1:5000/action_invocations?cursor=17>; rel="next"',
  },
  NextEvent: {
    name: "Link",
    description: 'Of a long poll: where the event after this one will be, with rel="next"',
    example: '<http://127.0.0.1:5000/things/door/properties/closed?wait=60&after=9f1c2a4b6d8e-1042>; rel="next"',
  },
  RetryAfter: { name: "Retry-After", description: "Seconds after which to try again", example: "2" },
  ETag: { name: "ETag", description: "For If-None-Match", example: '"mlGRmqtTFN1ZGTxFrhdjOMHRLb4"' },
  PreferenceApplied: { name: "Preference-Applied", description: "What of Prefer was granted", example: "wait=10" },
  IdempotentReplayed: {
    name: "Idempotent-Replayed",
    description: "true: nothing was done, this is the answer to an earlier request with this key",
    example: "true",
  },
} satisfies Record<string, Header>;

export type SentHeader = keyof typeof sent;
export type ToldHeader = keyof typeof told;

const text = answerSchema(Type.String());

/** The examples stand in the descriptions: `/docs` would fill others in, and send the same key with every request. */
export const headerParameters: Json = mapTable(sent, ({ name, description, example }) => ({
  name,
  in: "header",
  required: false,
  description: `${description}. Such as ${example}`,
  schema: text,
}));

export const headers: Json = mapTable(told, ({ description, example }) => ({ description, schema: text, example }));

export const sentHeaders = (names: readonly SentHeader[]): readonly Json[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

export const toldHeaders = (names: readonly ToldHeader[]): Json =>
  Object.fromEntries(names.map((name) => [told[name].name, { $ref: `#/components/headers/${name}` }]));
