import type { Answer, Read } from "./answers.ts";
import type { Case } from "./case.ts";
import { faultsInFrames } from "./frames.ts";

/** What has become of a case on its connection. */
export interface Outcome extends Read {
  /** The client has waited for longer than anybody should. */
  readonly timedOut: boolean;
  /** The gateway has ended the connection. */
  readonly closed: boolean;
  /** The client has: what it reads never ends by itself. */
  readonly left: boolean;
}

/** Of the table in docs/errors.md, where a device, a disk or a bound says no. */
const documented: ReadonlySet<number> = new Set([502, 503, 504, 507]);
/** Of the table in docs/http-api.md: nothing is unpacked, and this is said before anything is done. */
const noSuchCoding = "Send the body as it is, without a transfer encoding but chunked.";
/** What the counter of the demonstration bench says when it fails, as it is there to. */
const onPurpose: ReadonlySet<string> = new Set([
  "cannot read the hardware",
  "negative values upset the hardware",
  "broken could not be read: read the others one by one",
  "the counter cannot go below 0",
]);

/** Of our sources, and of nothing that a request of ours has. */
const traces = /\\n\s+at |\bnode:internal|node_modules|\bfile:\/\/\/(?!etc)|\.(ts|js):\d+/;

/** What is wrong with the answers to a case; `secrets` are texts that may stand in none of them. */
export function judge(
  { sort, methods, mayBeGivenUp }: Case,
  outcome: Outcome,
  secrets: readonly string[] = [],
): readonly string[] {
  const { answers, rest, faults, timedOut, closed, left } = outcome;
  const wrong = [...faults];
  const last = answers.at(-1);
  if (timedOut) wrong.push("nobody answers");
  const upgraded = last?.status === 101;
  if (upgraded) wrong.push(...(sort === "socket" ? faultsInFrames(rest) : ["it is taken for a WebSocket"]));
  else if (rest.length > 0 && !left)
    wrong.push(`behind the answers there is ${JSON.stringify(rest.toString("latin1", 0, 200))}`);
  if (last && !last.whole && !(last.untilClosed && closed) && !left && sort === "requests")
    wrong.push(`the answer ${last.status} ends in its middle`);
  // Whoever says that it closes need not answer what follows.
  const missing = methods.length - answers.length - (mayBeGivenUp && closed ? 1 : 0);
  if (sort === "requests" && missing > 0 && !left && last?.headers.get("connection") !== "close")
    wrong.push(`${missing} of ${methods.length} requests are not answered`);
  for (const [i, answer] of answers.entries()) wrong.push(...faultsOf(answer, methods[i], secrets));
  return wrong;
}

function faultsOf(answer: Answer, method: string | undefined, secrets: readonly string[]): readonly string[] {
  const { status, headers, body, whole } = answer;
  const wrong: string[] = [];
  if (status < 200) return wrong;
  if (headers.get("x-content-type-options") !== "nosniff")
    wrong.push(`the answer ${status} lets browsers guess what it is`);
  const type = headers.get("content-type") ?? "";
  const isJson = /^application\/([a-z]+\+)?json$/.test(type);
  const text = isJson && whole ? body.toString() : "";
  const value = text === "" ? undefined : parsed(text);
  if (text !== "" && value === undefined) wrong.push(`the answer ${status} is no JSON: ${text.slice(0, 200)}`);
  if (status >= 400) {
    const silent =
      method === "HEAD" || (method === undefined && body.length === 0 && headers.get("content-length") !== "0");
    if (!silent && whole) wrong.push(...faultsOfRefusal(status, value, headers));
    for (const one of secrets)
      if (text.includes(one)) wrong.push(`the answer ${status} tells ${one}: ${text.slice(0, 500)}`);
    if (traces.test(text)) wrong.push(`the answer ${status} tells how we are made: ${text.slice(0, 500)}`);
  }
  return wrong;
}

function faultsOfRefusal(status: number, value: unknown, headers: Answer["headers"]): readonly string[] {
  const { detail, message, type, ready } = (typeof value === "object" && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  // Whoever asks whether all is ready is told what is not.
  if (ready === false) return status === 503 ? [] : [`what is not ready is told by ${status}`];
  const wrong: string[] = [];
  const told = detail ?? message;
  const words = typeof told === "string" ? told : "";
  if (words === "" && !(Array.isArray(told) && told.length > 0))
    wrong.push(`the answer ${status} does not say what is wrong`);
  const allowed =
    documented.has(status) || (status === 501 && words === noSuchCoding) || (status === 500 && onPurpose.has(words));
  if (status >= 500 && !allowed) wrong.push(`it is answered by ${status}: ${words}`);
  if (status === 405 && !headers.has("allow")) wrong.push("a 405 does not say what is allowed");
  if (status === 401 && !headers.has("www-authenticate")) wrong.push("a 401 does not say how to say who one is");
  if (status === 503 && type !== undefined && !headers.has("retry-after"))
    wrong.push("a 503 does not say when to come again");
  return wrong;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
