import { formFor, type Td, thingFormFor } from "../td.ts";
import type { Listening } from "../wire.ts";
import type { Described } from "./descriptions.ts";
import type { Talk } from "./talk.ts";

/** The operations that are answered by a stream. */
export type StreamOp = "observeproperty" | "observeallproperties" | "subscribeevent" | "subscribeallevents";

/** A stream that was opened, and nothing more. */
export interface FoundStream {
  readonly thing: string;
  /** Of the property or event; empty for all of a Thing's. */
  readonly name: string;
  readonly op: StreamOp;
  /** Undefined where the Thing Description names no URL for it. */
  readonly listening: (Pick<Listening, "status" | "headers"> & Kept) | undefined;
}

interface Kept {
  /** It was still open when it was closed. */
  readonly stays: boolean;
  /** When it had been closed, it was closed on the other side as well. */
  readonly ended: boolean;
}

/** Open all streams of each Thing, and close them. */
export async function talkOfStreams(talk: Talk, things: readonly Described[]): Promise<readonly FoundStream[]> {
  const found: FoundStream[] = [];
  for (const { thing, td } of things) {
    const before = await talk.wire.connections();
    const opened = await Promise.all(
      streamsOf(td).map(async ({ url, ...stream }) => ({
        ...stream,
        listening: url === undefined ? undefined : await talk.wire.listen(url),
      })),
    );
    const kept = opened.map(({ listening }) => listening?.isOver() === false);
    for (const { listening } of opened) listening?.close();
    const ended = await isBackTo(talk, before);
    for (const [i, { op, name, listening }] of opened.entries()) {
      const { status = 0, headers = {} } = listening ?? {};
      found.push({ thing, name, op, listening: listening && { status, headers, stays: kept[i] ?? false, ended } });
    }
  }
  return found;
}

/** Whether the connections that were closed are given up on the other side, too. */
async function isBackTo({ wire, patienceMs }: Talk, count: number): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while ((await wire.connections()) > count) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return true;
}

function streamsOf(td: Td) {
  const one = (kind: "properties" | "events", op: StreamOp, name: string) =>
    ({ op, name, url: formFor(td, kind, name, { op, subprotocol: "sse" }) }) as const;
  const all = (op: StreamOp) => ({ op, name: "", url: thingFormFor(td, { op, subprotocol: "sse" }) }) as const;
  const observable = Object.entries(td.properties ?? {}).filter(([, { observable }]) => observable);
  const events = Object.keys(td.events ?? {});
  return [
    ...observable.map(([name]) => one("properties", "observeproperty", name)),
    ...events.map((name) => one("events", "subscribeevent", name)),
    ...(observable.length > 0 ? [all("observeallproperties")] : []),
    ...(events.length > 0 ? [all("subscribeallevents")] : []),
  ];
}
