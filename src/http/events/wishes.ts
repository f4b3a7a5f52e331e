import { type BenchEvent, concerns, type EventKind, type NumberedEvent } from "../../events/event.ts";
import { seenEvent, seenJson } from "../access/seen-event.ts";
import type { Sight } from "../access/sight.ts";
import type { Subscription } from "./event-batches.ts";

/** Of which Things, and of which kinds, somebody wants to be told; an empty list is no wish. */
interface Wish {
  readonly things: readonly string[];
  readonly kinds: readonly EventKind[];
}

/** So many are remembered. */
const maxWishes = 100;

/** Those who may read the same and want the same share what says so, and with it what is made for them. */
export class Wishes {
  readonly #known = new Map<string, Subscription["wants"]>();
  readonly #encoders = new WeakMap<Sight, Subscription["encode"]>();

  for(sight: Sight, { things, kinds }: Wish): Subscription {
    const encode = this.#encoders.get(sight) ?? encoder(sight);
    this.#encoders.set(sight, encode);
    const lists = [things, kinds].map((all) => [...new Set<string>(all)].sort());
    const key = JSON.stringify([sight.key, ...lists]);
    const wants = this.#known.get(key) ?? wanting(sight, { things, kinds });
    if (this.#known.size >= maxWishes) this.#known.clear();
    this.#known.set(key, wants);
    return { wants, encode, tellsMissed: sight.all };
  }
}

const encoder = (sight: Sight) => (told: NumberedEvent) => ({ event: told.event.kind, data: seenJson(told, sight) });

/** What is kept from him has to do with none of the Things that he asks for. */
const wanting =
  (sight: Sight, { things, kinds }: Wish) =>
  (event: BenchEvent) => {
    if (kinds.length > 0 && !kinds.includes(event.kind)) return false;
    const seen = seenEvent(event, sight);
    return seen !== undefined && (things.length === 0 || things.some((name) => concerns(seen, name)));
  };
