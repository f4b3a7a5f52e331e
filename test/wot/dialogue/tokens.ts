import { formFor, type Td, thingFormFor } from "../td.ts";
import { type Answer, asksFor, type Request, type Wire } from "../wire.ts";
import { type Described, talkOfDescriptions } from "./descriptions.ts";
import type { Refused } from "./errors.ts";
import { type Exchange, Talk } from "./talk.ts";

/** A bench that asks everybody for a token, and a token that it takes. */
export interface Guarded {
  readonly wire: Wire;
  readonly token: string;
}

/** An address that was asked for without a token, and what was answered. */
export interface FoundGate {
  readonly about: string;
  readonly without: Exchange;
  /** With a token that is none. */
  readonly wrong: Exchange;
}

/** An address where Things are described: only there somebody new has to be shown how to go on. */
export interface FoundEntrance extends FoundGate {
  /** With the token, in the two ways there are. */
  readonly basic: Exchange;
  readonly bearer: Exchange;
}

/** All that was found out by talking with a bench that asks for tokens. */
export interface FoundGuarded {
  readonly token: string;
  /** With it. */
  readonly things: readonly Described[];
  readonly entrances: readonly FoundEntrance[];
  /** A property, an action and a stream of each Thing. */
  readonly inside: readonly FoundGate[];
  readonly exchanges: readonly Exchange[];
}

/** What is known of such a bench when it was not asked. */
export const notAsked: FoundGuarded = { token: "", things: [], entrances: [], inside: [], exchanges: [] };

type Headers = Readonly<Record<string, string>>;
type Ask = (headers: Headers) => Promise<Exchange>;

const basic = (token: string): Headers => ({ authorization: `Basic ${btoa(`consumer:${token}`)}` });
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const wrong = (token: string) => basic(token.replace(/.$/, (last) => (last === "A" ? "B" : "A")));

/**
 * Find all Things, with the token where it is told to show it by Basic; then ask for all that describes them, and for some
 * of what they do, without it.
 */
export async function talkOfTokens({ wire, token }: Guarded): Promise<FoundGuarded> {
  const known = new Talk({ ...wire, ask: (request) => askTwice(wire, request, basic(token)) });
  const things = await talkOfDescriptions(known);
  const talk = new Talk(wire);
  const entrances: FoundEntrance[] = [];
  for (const { about, url } of entrancesOf(known.exchanges, things)) {
    const get: Ask = (headers) => talk.send(about, { method: "GET", url, headers: { accept: "*/*", ...headers } });
    const gate = await strangers(about, get, token);
    entrances.push({ ...gate, basic: await get(basic(token)), bearer: await get(bearer(token)) });
  }
  const inside: FoundGate[] = [];
  for (const { thing, td } of things)
    for (const [what, ask] of insideOf(talk, td)) inside.push(await strangers(`${thing}: ${what}`, ask, token));
  return { token, things, entrances, inside, exchanges: [...known.exchanges, ...talk.exchanges] };
}

async function askTwice(wire: Wire, request: Request, credentials: Headers): Promise<Answer> {
  const answer = await wire.ask(request);
  if (!asksFor(answer, "basic")) return answer;
  return wire.ask({ ...request, headers: { ...request.headers, ...credentials } });
}

const strangers = async (about: string, ask: Ask, token: string): Promise<FoundGate> => ({
  about,
  without: await ask({}),
  wrong: await ask(wrong(token)),
});

/** What the Things were found by, and what that leads to: their collection, and each by its own address. */
function entrancesOf(exchanges: readonly Exchange[], things: readonly Described[]) {
  const found = exchanges.map(({ about, request: { url } }) => ({ about, url }));
  const own = things.flatMap(({ thing, td }) => {
    const below = thingFormFor(td, { op: "queryallactions" }) ?? thingFormFor(td, { op: "readallproperties" });
    return below === undefined ? [] : [{ about: thing, url: below.replace(/\/\w+$/, "") }];
  });
  const linked = things.flatMap(({ td }) =>
    ((td["links"] ?? []) as readonly { readonly href: string }[]).map(({ href }) => new URL(href, td.base).href),
  );
  return [...found, ...own, ...[...new Set(linked)].map((url) => ({ about: "the collection", url }))];
}

/** How to read a property of a Thing, invoke an action and open a stream, where it has such. */
function insideOf(talk: Talk, td: Td): readonly (readonly [what: string, ask: Ask])[] {
  const first = (kind: "properties" | "actions", op: string) =>
    formFor(td, kind, Object.keys(td[kind] ?? {})[0] ?? "", { op });
  const read = first("properties", "readproperty");
  const invoke = first("actions", "invokeaction");
  const stream =
    thingFormFor(td, { op: "subscribeallevents", subprotocol: "sse" }) ??
    thingFormFor(td, { op: "observeallproperties", subprotocol: "sse" });
  const found: (readonly [string, Ask])[] = [];
  if (read) found.push(["a property", (headers) => talk.send("a property", { method: "GET", url: read, headers })]);
  if (invoke) found.push(["an action", (headers) => talk.send("an action", { method: "POST", url: invoke, headers })]);
  if (stream) found.push(["a stream", (headers) => opened(talk, { method: "GET", url: stream, headers })]);
  return found;
}

/** No more of a stream than how it begins. */
async function opened({ wire }: Talk, request: Request): Promise<Exchange> {
  const { status, headers, close } = await wire.listen(request.url, request.headers);
  close();
  return { about: "a stream", request, answer: { status, headers, body: "" } };
}

/** Each of these requests had to be refused. */
export const strangersRefused = ({ entrances, inside }: FoundGuarded): readonly Refused[] =>
  [...entrances, ...inside].flatMap(({ without, wrong }) => [
    { why: "without a token", expected: 401, exchange: without },
    { why: "with a token that is none", expected: 401, exchange: wrong },
  ]);
