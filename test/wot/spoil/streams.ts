import type { Spoiler } from "./spoiler.ts";

/** The same sentence about each of the four operations. */
const of = (property: string, properties: string, event: string, events: string) => [
  `http-sse-profile-protocol-binding-observeproperty-${property}`,
  `http-sse-profile-protocol-binding-observeallproperties-${properties}`,
  `http-sse-profile-protocol-binding-subscribeevent-${event}`,
  `http-sse-profile-protocol-binding-subscribeallevents-${events}`,
];
const named = of("5b", "5b", "6b", "4b");
const data = ["observeallproperties-5c", "subscribeevent-6c", "subscribeallevents-4c"].map(
  (which) => `http-sse-profile-protocol-binding-${which}`,
);

/** Streams that are wrong. */
export const streams: readonly Spoiler[] = [
  {
    what: "streams are refused",
    found: [...of("2", "2", "3", "3b"), ...of("3", "3", "4", "4"), "http-sse-profile-protocol-binding-1"],
    listening: (listening) => ({ ...listening, status: 404 }),
  },
  {
    what: "streams are no event streams",
    found: of("4", "4", "5", "3"),
    listening: (listening) => ({ ...listening, headers: { "content-type": "text/plain" } }),
  },
  {
    what: "streams end at once",
    found: of("4", "4", "5", "3"),
    listening: (listening) => ({ ...listening, isOver: () => true }),
  },
  {
    what: "streams that were closed are kept",
    found: ["unobserveproperty-1", "unobserveallproperties-1", "unsubscribeevent-1", "unsubscribeallevents-1"].map(
      (which) => `http-sse-profile-protocol-binding-${which}`,
    ),
    connections: (() => {
      let asked = 0;
      return (count) => count + asked++;
    })(),
  },
  {
    what: "nothing comes",
    found: [...of("5a", "5a", "6a", "4a"), ...of("6b", "6b", "7b", "5b")],
    message: () => undefined,
  },
  {
    what: "messages have no name",
    found: named,
    message: (message) => ({ ...message, event: undefined }),
  },
  {
    what: "messages tell what does not fit",
    found: [...named, ...data],
    message: (message) => ({ ...message, data: '[["spoilt"]]' }),
  },
  {
    what: "messages are no JSON",
    found: [...named, ...data],
    message: (message) => ({ ...message, data: "spoilt" }),
  },
  {
    what: "messages have no identifier",
    found: [...of("5c", "5d", "6d", "4d"), ...of("5d", "5e", "6e", "4e")],
    message: (message) => ({ ...message, id: undefined }),
  },
  {
    what: "all messages have the same identifier, which is no time",
    found: [...of("5c", "5d", "6d", "4d"), ...of("5d", "5e", "6e", "4e")],
    message: (message) => ({ ...message, id: "1" }),
  },
];
