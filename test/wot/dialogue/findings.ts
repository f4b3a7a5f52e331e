import type { Wire } from "../wire.ts";
import { type FoundAction, type FoundList, talkOfActions, talkOfEnds, talkOfLists } from "./actions.ts";
import { type Described, talkOfDescriptions } from "./descriptions.ts";
import { type Refused, talkOfErrors } from "./errors.ts";
import { type FoundMessage, talkOfMessages } from "./messages.ts";
import { type FoundProperty, type FoundTogether, talkOfAll, talkOfProperties } from "./properties.ts";
import { type FoundStream, talkOfStreams } from "./streams.ts";
import { type Exchange, Talk } from "./talk.ts";
import { type FoundGuarded, type Guarded, notAsked, strangersRefused, talkOfTokens } from "./tokens.ts";

/** All that a consumer has found out by talking with a bench, the way the profiles say. */
export interface Findings {
  readonly things: readonly Described[];
  readonly properties: readonly FoundProperty[];
  readonly together: readonly FoundTogether[];
  /** Invoked, asked about, cancelled. */
  readonly actions: readonly FoundAction[];
  /** Invoked, and left to end by themselves. */
  readonly ends: readonly FoundAction[];
  /** What has been asked of each Thing, after all that. */
  readonly lists: readonly FoundList[];
  readonly refusals: readonly Refused[];
  readonly streams: readonly FoundStream[];
  readonly messages: readonly FoundMessage[];
  /** On the bench that asks for tokens. */
  readonly guarded: FoundGuarded;
  /** On both benches. */
  readonly exchanges: readonly Exchange[];
}

interface Asked {
  /** How long it waits for a message that may come; ms of real time. */
  readonly patienceMs?: number;
  /** What it does beside looking for Things, and asking for what has to be refused; all of it unless told. */
  readonly parts?: readonly ("requests" | "streams" | "tokens")[];
}

/** Talk with a bench about everything that there is, and with one that asks for tokens about who may ask. */
export async function findOut(
  wire: Wire,
  other: Guarded,
  { patienceMs, parts = ["requests", "streams", "tokens"] }: Asked = {},
): Promise<Findings> {
  const talk = new Talk(wire, patienceMs);
  const things = await talkOfDescriptions(talk);
  const asked = parts.includes("requests") ? things : [];
  const heard = parts.includes("streams") ? things : [];
  const properties = await talkOfProperties(talk, asked);
  const together = await talkOfAll(talk, properties, asked);
  const streams = await talkOfStreams(talk, heard);
  const messages = await talkOfMessages(talk, heard);
  const ends = await talkOfEnds(talk, asked);
  const guarded = parts.includes("tokens") ? await talkOfTokens(other) : notAsked;
  return {
    ...{ things, properties, together, streams, messages, ends },
    actions: await talkOfActions(talk, asked, ends),
    lists: await talkOfLists(talk, asked),
    guarded,
    refusals: [...(await talkOfErrors(talk, things)), ...strangersRefused(guarded)],
    exchanges: [...talk.exchanges, ...guarded.exchanges],
  };
}
