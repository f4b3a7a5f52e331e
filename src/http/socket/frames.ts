/** What a client may ask for on the WebSocket of a Thing, by LabThings' words, as operations of W3C WoT. */
const operations = {
  addPropertyObservation: "observeproperty",
  removePropertyObservation: "unobserveproperty",
  addActionObservation: "observeaction",
  removeActionObservation: "unobserveaction",
} as const;

export type Operation = (typeof operations)[keyof typeof operations];

/** Of which properties, or actions, to tell from now on, or no longer. */
export interface Wish {
  readonly operation: Operation;
  readonly names: readonly string[];
}

/** In the words of the Web Thing Protocol, as far as it has some. */
const reasons = {
  badRequest: ["400", "bad-request", "Bad Request"],
  unsupported: ["400", "unsupported-message-type", "Unsupported Message Type"],
  notObservable: ["403", "not-observable", "Not Observable"],
  notFound: ["404", "not-found", "Not Found"],
  tooMany: ["503", "service-unavailable", "Service Unavailable"],
} as const;

/** What is wrong with a message, as an answer to it. */
export interface Refusal {
  readonly messageType: "response";
  readonly operation?: Operation;
  readonly name?: string;
  readonly error: { readonly status: string; readonly type: string; readonly title: string; readonly detail: string };
}

export type Frame =
  | Refusal
  | { readonly messageType: "propertyStatus"; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly messageType: "actionStatus";
      readonly data: { readonly "action name": string; readonly status: string };
    };

export function refusal(
  reason: keyof typeof reasons,
  detail: string,
  about: { readonly operation?: Operation; readonly name?: string } = {},
): Refusal {
  const [status, word, title] = reasons[reason];
  const type = `https://w3c.github.io/web-thing-protocol/errors#${word}`;
  return { messageType: "response", ...about, error: { status, type, title, detail } };
}

/** One message may name as many; a Thing has fewer. */
const maxNames = 500;

/** What a message asks for, or what is wrong with it. */
export function read(text: string): Wish | Refusal {
  const message = parsed(text);
  if (message === undefined) return refusal("badRequest", "The message is no JSON.");
  if (!isObject(message)) return refusal("badRequest", "A message is a JSON object, with messageType and data.");
  const { messageType, data } = message;
  if (typeof messageType !== "string") return refusal("badRequest", "The message has no messageType.");
  if (!isKnown(messageType)) {
    const known = Object.keys(operations).join(", ");
    return refusal(
      "unsupported",
      `A message of type '${messageType.slice(0, 100)}' is not known here; these are: ${known}.`,
    );
  }
  const operation = operations[messageType];
  if (!isObject(data))
    return refusal("badRequest", `A message ${messageType} has data with a key for each name.`, { operation });
  const names = Object.keys(data);
  if (names.length > maxNames)
    return refusal("badRequest", `A message may name ${maxNames} at the most.`, { operation });
  return { operation, names };
}

const isKnown = (messageType: string): messageType is keyof typeof operations => Object.hasOwn(operations, messageType);

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
