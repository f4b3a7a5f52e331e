import { maxPollMs } from "./poll.ts";

type Json = Readonly<Record<string, unknown>>;
type Method = "GET" | "PUT" | "POST" | "DELETE";

const json = "application/json";

const form = (href: string, method: Method, ...op: readonly string[]) => ({
  href,
  op,
  contentType: json,
  "htv:methodName": method,
});

/** The same URL as for reading: a client that accepts `text/event-stream` is told of what comes. */
const streamed = (href: string, ...op: readonly string[]) => ({
  href,
  op,
  contentType: "text/event-stream",
  subprotocol: "sse",
  "htv:methodName": "GET",
});

/**
 * For consumers that hear no named messages, as node-wot's. It names no method: by default it is GET, and node-wot tries
 * the way with a HEAD first, which it would replace.
 */
const polled = (href: string, ...op: readonly string[]) => ({
  href: `${href}?wait=${maxPollMs / 1000}`,
  op,
  contentType: json,
  subprotocol: "longpoll",
});

export function propertyForms(href: string, { readOnly, observable }: Json): readonly Json[] {
  const observe = ["observeproperty", "unobserveproperty"] as const;
  return [
    form(href, "GET", "readproperty"),
    ...(readOnly ? [] : [form(href, "PUT", "writeproperty")]),
    // A consumer takes the first that it knows, and one that knows both prefers events by the profile.
    ...(observable ? [polled(href, ...observe), streamed(href, ...observe)] : []),
  ];
}

/** What is synchronous is over when it is answered: there is nothing to query or to cancel. */
export function actionForms(href: string, { synchronous }: Json): Json {
  const invoke = form(href, "POST", "invokeaction");
  if (synchronous) return { forms: [invoke] };
  return {
    uriVariables: {
      id: { title: "The last part of the Location that an invocation was answered with", type: "string" },
    },
    forms: [invoke, form(`${href}/{id}`, "GET", "queryaction"), form(`${href}/{id}`, "DELETE", "cancelaction")],
  };
}

export function eventForms(href: string): readonly Json[] {
  const subscribe = ["subscribeevent", "unsubscribeevent"] as const;
  return [polled(href, ...subscribe), streamed(href, ...subscribe)];
}

/** What is asked of a Thing as a whole. */
export function thingForms(
  path: string,
  { properties, events = {} }: { readonly properties: Json; readonly events?: Json | undefined },
): readonly Json[] {
  const all = Object.values(properties) as readonly Json[];
  return [
    ...(all.length > 0 ? [form(`${path}/properties`, "GET", "readallproperties")] : []),
    ...(all.some(({ readOnly }) => !readOnly) ? [form(`${path}/properties`, "PUT", "writemultipleproperties")] : []),
    ...(all.some(({ observable }) => observable)
      ? [streamed(`${path}/properties`, "observeallproperties", "unobserveallproperties")]
      : []),
    form(`${path}/actions`, "GET", "queryallactions"),
    ...(Object.keys(events).length > 0
      ? [streamed(`${path}/events`, "subscribeallevents", "unsubscribeallevents")]
      : []),
  ];
}
