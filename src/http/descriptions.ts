import type { Thing } from "../thing/thing.ts";
import { publish } from "./forms.ts";
import { tagOfText } from "./tagged.ts";
import type { View } from "./view.ts";

/** A Thing Description as it is sent. */
export interface Described {
  readonly text: string;
  readonly etag: string;
}

interface Kept extends Described {
  /** Whether it had an action `stop`: all else is the same for as long as there is the Thing. */
  readonly stops: boolean;
}

/** By so many names a gateway is asked for at a time; for more, descriptions are made again. */
const maxOrigins = 8;

/** The Thing Descriptions of all Things, each made once for every origin that clients find us at, and kept as text. */
export class Descriptions {
  readonly #view: Pick<View, "gateway" | "prefix" | "auth">;
  /** By origin; those asked for lately last. */
  readonly #kept = new Map<string, WeakMap<Thing, Kept>>();

  constructor(view: Pick<View, "gateway" | "prefix" | "auth">) {
    this.#view = view;
  }

  of(thing: Thing, origin: string): Described {
    const kept = this.#keptAt(origin);
    const stops = Object.hasOwn(thing.actions, "stop");
    const known = kept.get(thing);
    if (known?.stops === stops) return known;
    const text = JSON.stringify(publish(thing, this.#view, origin));
    const made = { text, etag: tagOfText(text), stops };
    kept.set(thing, made);
    return made;
  }

  #keptAt(origin: string): WeakMap<Thing, Kept> {
    const known = this.#kept.get(origin) ?? new WeakMap<Thing, Kept>();
    this.#kept.delete(origin);
    this.#kept.set(origin, known);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxOrigins && oldest !== undefined) this.#kept.delete(oldest);
    return known;
  }
}
