import { Dice } from "../../../soak/dice.ts";
import { valueFor } from "../../../soak/values.ts";
import { type Affordance, formFor, type Td, thingFormFor } from "../td.ts";
import { jsonOf } from "../wire.ts";
import type { Described } from "./descriptions.ts";
import type { Exchange, Talk } from "./talk.ts";

export interface FoundAction {
  readonly thing: string;
  readonly name: string;
  readonly td: Td;
  readonly affordance: Affordance;
  /** Undefined where the Thing Description names no URL for it. */
  readonly invoked: Exchange | undefined;
  /** Its ActionStatus, right after that; undefined where nobody told where that is. */
  readonly queried: Exchange | undefined;
  /** That it is to end, right after that. */
  readonly cancelled: Exchange | undefined;
  /** Its ActionStatus when it has ended. */
  readonly ended: Exchange | undefined;
}

/** What lets an action last long enough to be asked about. */
const inputs: Readonly<Record<string, unknown>> = {
  "counter.slow_count": { n: 5, delay: 1 },
  "counter.uncancellable": { seconds: 2 },
  "stage.jog": { x: 2000 },
  "stage.move_relative": { x: 2000 },
};
/** Looks at an action that is to end; half a second of the bench lies between them. */
const looks = 60;
const betweenMs = 500;

/**
 * Invoke each action of each Thing with an input that fits, ask how it is, cancel it, and ask again. Where bytes are
 * wanted, they are those that one that has ended has put out.
 */
export async function talkOfActions(
  talk: Talk,
  things: readonly Described[],
  ends: readonly FoundAction[],
): Promise<readonly FoundAction[]> {
  const found: FoundAction[] = [];
  const blob = outputOf(ends.find(({ name }) => name === "make_blob"));
  for (const described of things)
    for (const name of Object.keys(described.td.actions ?? {}))
      found.push(
        await talkOf(talk, described, name, { cancel: true, ...(name === "read_blob" && { input: { blob } }) }),
      );
  return found;
}

const outputOf = (action: FoundAction | undefined): unknown =>
  ((action?.ended && jsonOf(action.ended.answer)) as { readonly output?: unknown } | undefined)?.output;

/** Invoke actions that end soon, each in its own way, and let them. */
export async function talkOfEnds(talk: Talk, things: readonly Described[]): Promise<readonly FoundAction[]> {
  const found: FoundAction[] = [];
  for (const described of things)
    for (const [name, input] of Object.entries(quick[described.thing] ?? {}))
      if (described.td.actions?.[name]) found.push(await talkOf(talk, described, name, { input }));
  return found;
}

const quick: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  counter: {
    noop: undefined,
    increment: { by: 2 },
    echo: { number: 3, text: "µ" },
    zero: undefined,
    make_blob: undefined,
    anything: { a: [1, null] },
    slow_count: { n: 3, delay: 0.5 },
    fail: { message: "as it was told" },
    fail_handled: undefined,
    bad_output: undefined,
  },
  balance: { weigh: undefined },
  stage: { get_xyz_position: undefined },
  flow: { measure: { seconds: 1 } },
};

interface How {
  readonly input?: unknown;
  readonly cancel?: boolean;
}

async function talkOf(talk: Talk, { thing, td }: Described, name: string, how: How): Promise<FoundAction> {
  const about = `${thing}.${name}`;
  const affordance = td.actions?.[name] ?? { forms: [] };
  const url = formFor(td, "actions", name, { op: "invokeaction" });
  const input = "input" in how ? how.input : inputFor(about, affordance);
  const invoked = url === undefined ? undefined : await talk.invoke(about, url, input);
  const status = invoked && statusUrl(invoked);
  const common = { thing, name, td, affordance, invoked };
  if (status === undefined) return { ...common, queried: undefined, cancelled: undefined, ended: undefined };
  const queried = await talk.get(about, status);
  const cancelled = how.cancel ? await talk.cancel(about, status) : undefined;
  return { ...common, queried, cancelled, ended: await end(talk, about, status) };
}

/** Its status when it has ended, or can no longer be asked for. */
async function end(talk: Talk, about: string, url: string): Promise<Exchange> {
  for (let look = 1; ; look++) {
    const exchange = await talk.get(about, url);
    const { status } = (jsonOf(exchange.answer) ?? {}) as { readonly status?: unknown };
    if (look === looks || (status !== "pending" && status !== "running")) return exchange;
    await talk.wire.pass(betweenMs);
  }
}

function inputFor(about: string, { input }: Affordance): unknown {
  if (about in inputs) return inputs[about];
  return input && valueFor(input, new Dice(1, about));
}

/** What has been asked of a Thing. */
export interface FoundList {
  readonly thing: string;
  readonly td: Td;
  /** Undefined where the Thing Description names no URL for it. */
  readonly listed: Exchange | undefined;
}

/** Ask each Thing that has actions for all requests of them. */
export async function talkOfLists(talk: Talk, things: readonly Described[]): Promise<readonly FoundList[]> {
  const found: FoundList[] = [];
  for (const { thing, td } of things) {
    if (Object.keys(td.actions ?? {}).length === 0) continue;
    const url = thingFormFor(td, { op: "queryallactions" });
    found.push({ thing, td, listed: url === undefined ? undefined : await talk.get(thing, url) });
  }
  return found;
}

/** Where the status of an action is to be asked for: the Location of the answer. */
export function statusUrl({ request, answer }: Exchange): string | undefined {
  const { location } = answer.headers;
  return location !== undefined && URL.canParse(location, request.url)
    ? new URL(location, request.url).href
    : undefined;
}
