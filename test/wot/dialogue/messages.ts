import { formFor, type Td, thingFormFor } from "../td.ts";
import type { Message } from "../wire.ts";
import type { Described } from "./descriptions.ts";
import type { StreamOp } from "./streams.ts";
import type { Talk } from "./talk.ts";

/** Something that was brought about while a stream was open, and what was heard of it. */
export interface FoundMessage {
  readonly thing: string;
  readonly name: string;
  readonly op: StreamOp;
  readonly td: Td;
  /** What a property was changed to; undefined for an event. */
  readonly value: unknown;
  /** Undefined: nothing came. */
  readonly message: Message | undefined;
  /** Of what happened while nobody listened: heard when the connection was made anew, with the `id` of the one before. */
  readonly missed: Message | undefined;
}

interface Happening {
  readonly thing: string;
  readonly name: string;
  /** Of a property: written one after the other. */
  readonly values?: readonly [first: unknown, second: unknown];
}

/** Properties that tell of their changes when they are written, and the event of a simulated device. */
const happenings: readonly Happening[] = [
  { thing: "counter", name: "counter", values: [41, 42] },
  { thing: "counter", name: "gain", values: [1.5, 2] },
  { thing: "relays", name: "lamp", values: [true, false] },
  { thing: "psu", name: "voltage", values: [2, 3] },
  { thing: "door", name: "opened" },
  { thing: "door", name: "closed" },
];

/** Let things happen and listen, to the one and to all of its Thing; then miss one, and ask for it. */
export async function talkOfMessages(talk: Talk, things: readonly Described[]): Promise<readonly FoundMessage[]> {
  const found: FoundMessage[] = [];
  for (const happening of happenings) {
    const td = things.find(({ thing }) => thing === happening.thing)?.td;
    if (!td) continue;
    for (const { op, url } of streamsFor(td, happening)) {
      const told = url === undefined ? nothing : await hear(talk, td, url, happening);
      found.push({ thing: happening.thing, name: happening.name, op, td, value: happening.values?.[0], ...told });
    }
  }
  return found;
}

const nothing = { message: undefined, missed: undefined };

function streamsFor(td: Td, { name, values }: Happening) {
  const kind = values ? "properties" : "events";
  const [one, all] = values
    ? (["observeproperty", "observeallproperties"] as const)
    : (["subscribeevent", "subscribeallevents"] as const);
  return [
    { op: one, url: formFor(td, kind, name, { op: one, subprotocol: "sse" }) },
    { op: all, url: thingFormFor(td, { op: all, subprotocol: "sse" }) },
  ];
}

async function hear(talk: Talk, td: Td, url: string, { thing, name, values }: Happening) {
  const [first, second] = values ?? [];
  const tells = (value: unknown) => (message: Message) =>
    values ? message.data === JSON.stringify(value) : message.event === name;

  const listening = await talk.wire.listen(url);
  await bring(talk, td, { thing, name }, first);
  const message = await listening.heard(tells(first), talk.patienceMs);
  listening.close();
  await bring(talk, td, { thing, name }, second);
  const again = await talk.wire.listen(url, { "last-event-id": message?.id ?? "" });
  const missed = await again.heard(tells(second), talk.patienceMs);
  again.close();
  return { message, missed };
}

/** Write the value, or open and shut the door. */
async function bring(talk: Talk, td: Td, { thing, name }: Happening, value: unknown): Promise<void> {
  if (value === undefined) {
    const url = `${talk.wire.origin}/mock/door/faults/open`;
    await talk.send(thing, { method: "PUT", url, headers: { "content-type": "application/json" }, body: "{}" });
    await talk.wire.pass(500);
    await talk.cancel(thing, url);
  } else await talk.put(`${thing}.${name}`, formFor(td, "properties", name, { op: "writeproperty" }) ?? "", value);
  await talk.wire.pass(1000);
}
