import type { Verdicts } from "../check.ts";

/** Each of `ids` is not applicable, for one reason. */
const none = (reason: string, prefix: string, ...ids: readonly string[]): Verdicts =>
  Object.fromEntries(ids.map((id) => [prefix + id, { reason }]));

const consumer = "It asks something of consumers. benchd is a gateway of Things, and consumes none.";
const rendering = "It asks something of consumers that show Things to people.";
const reconnect = "It asks something of consumers. That they are told what they missed is the next row.";
const webhook =
  "benchd does not claim the HTTP Webhook Profile: it tells of events by the HTTP SSE Profile, over the connection that the consumer has opened, and opens none itself.";

export const notApplicable: Verdicts = {
  ...none(consumer, "common-constraints-", "errors-6", "security-2", "security-6"),
  ...none(rendering, "common-constraints-links-", ...[4, 5, 6, 7, 8].map((n) => `media-types-${n}`)),
  "common-constraints-links-3": { reason: consumer },
  "http-basic-profile-protocol-binding-invokeaction-13": { reason: consumer },
  "http-basic-profile-protocol-binding-subscribeevent-1": {
    reason:
      "It is a sentence of the HTTP Webhook Profile (`webhook` is its subprotocol), under the name of another one. benchd does not claim that profile.",
  },
  ...none(
    reconnect,
    "http-sse-profile-protocol-binding-",
    ...["observeproperty-6a", "observeallproperties-6a", "subscribeevent-7a", "subscribeallevents-5a"],
  ),
  ...none(webhook, "http-webhook-profile-", "1", "message-format-1"),
  ...none(
    webhook,
    "http-webhook-profile-protocol-binding-",
    ...["-event-connections-5", "-event-connections-8", "1"],
    ...[1, 2, 3, 4, 6, 7, 9].map((n) => `event-connections-${n}`),
    ...["events-1", "events-2", "general-1", "general-3"],
    ...[1, 3, 4, 5, 6, 7, 8].map((n) => `subscribeallevents-${n}`),
    ...["subscribeevent-3", "subscribeevent-4", "subscribeevent-4b", "subscribeevent-5", "subscribeevent-6"],
    "unsubscribeallevents-1",
  ),
};
