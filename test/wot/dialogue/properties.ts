import { type Affordance, formFor, type Td, thingFormFor } from "../td.ts";
import { jsonOf } from "../wire.ts";
import type { Described } from "./descriptions.ts";
import type { Exchange, Talk } from "./talk.ts";

export interface FoundProperty {
  readonly thing: string;
  readonly name: string;
  readonly td: Td;
  readonly affordance: Affordance;
  /** Undefined where the Thing Description names no URL for it. */
  readonly read: Exchange | undefined;
  /** Of the value that was read; undefined for a property that cannot be written, or not be read. */
  readonly written: Exchange | undefined;
}

/** The properties of a Thing, all at once. */
export interface FoundTogether {
  readonly thing: string;
  readonly td: Td;
  readonly read: Exchange | undefined;
  /** Of what was read, as far as it can be written; undefined where nothing can. */
  readonly written: Exchange | undefined;
}

/** Read each property; write to each that can be written what it is. */
export async function talkOfProperties(talk: Talk, things: readonly Described[]): Promise<readonly FoundProperty[]> {
  const found: FoundProperty[] = [];
  for (const { thing, td } of things) {
    for (const [name, affordance] of Object.entries(td.properties ?? {})) {
      const about = `${thing}.${name}`;
      const from = formFor(td, "properties", name, { op: "readproperty" });
      const read = from === undefined ? undefined : await talk.get(about, from);
      const to = formFor(td, "properties", name, { op: "writeproperty" });
      const writable = to !== undefined && read?.answer.status === 200;
      const written = writable ? await talk.put(about, to, jsonOf(read.answer)) : undefined;
      found.push({ thing, name, td, affordance, read, written });
    }
  }
  return found;
}

/** Read all properties of each Thing in one go; write those that can be written in one go, with what they are. */
export async function talkOfAll(talk: Talk, single: readonly FoundProperty[], things: readonly Described[]) {
  const found: FoundTogether[] = [];
  for (const { thing, td } of things) {
    const from = thingFormFor(td, { op: "readallproperties" });
    const read = from === undefined ? undefined : await talk.get(thing, from);
    const to = thingFormFor(td, { op: "writemultipleproperties" });
    const writable = single.filter((property) => property.thing === thing && property.written);
    const values = writable.map((property) => [property.name, property.read && jsonOf(property.read.answer)]);
    const written = to === undefined ? undefined : await talk.put(thing, to, Object.fromEntries(values));
    found.push({ thing, td, read, written });
  }
  return found;
}
