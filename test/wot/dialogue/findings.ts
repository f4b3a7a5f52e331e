import type { Wire } from "../wire.ts";
import { type FoundAction, type FoundList, talkOfActions, talkOfEnds, talkOfLists } from "./actions.ts";
import { type Described, talkOfDescriptions } from "./descriptions.ts";
import { type Refused, talkOfErrors } from "./errors.ts";
import { type FoundMessage, talkOfMessages } from "./messages.ts";
import { type FoundProperty, type FoundTogether, talkOfAll, talkOfProperties } from "./properties.ts";
import { type FoundStream, talkOfStreams } from "./streams.ts";
import { type Exchange, Talk } from "./talk.ts";

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
  readonly exchanges: readonly Exchange[];
}

interface Asked {
  /** How long it waits for a message that may come; ms of real time. */
  readonly patienceMs?: number;
  /** What it does beside looking for Things, and asking for what has to be refused; all of it unless told. */
  readonly parts?: readonly ("requests" | "streams")[];
}

/** Talk with a bench about everything that there is. */
export async function findOut(
  wire: Wire,
  { patienceMs, parts = ["requests", "streams"] }: Asked = {},
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
  return {
    ...{ things, properties, together, streams, messages, ends },
    actions: await talkOfActions(talk, asked, ends),
    lists: await talkOfLists(talk, asked),
    refusals: await talkOfErrors(talk, things),
    exchanges: talk.exchanges,
  };
}
