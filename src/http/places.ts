import { LaneFullError, NotReadyError } from "../errors.ts";

export interface PlacesOptions {
  /** So many at a time; it is asked each time. */
  readonly max: number;
  /** What is told to whom there is no place for. */
  readonly full: string;
  /** Whoever this names gets so many even when all are taken. */
  readonly reserved?: { readonly key: string; readonly count: number };
}

interface Place {
  end(): void;
  idleSince(): number | undefined;
}

type Holder = Set<Place>;

const never = () => undefined;

/**
 * What is held for long, and of which there is only so much. When all are taken, somebody who holds fewer gets one of
 * whoever holds most: that which has been idle for longest, or else the newest. Whoever holds most gets but an idle one of his
 * own. So nobody alone can keep others out, and one alone may have all. Those without a name count as one.
 */
export class Places {
  readonly #options: PlacesOptions;
  /** By key, the newest last. Nobody is in it who holds none. */
  readonly #holders = new Map<string | undefined, Holder>();
  #size = 0;
  #closed = false;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether somebody would get one now. */
  hasRoom(key: string | undefined): boolean {
    return !this.#closed && this.#price(key) !== "refused";
  }

  /**
   * Take a place; returns how to leave it, which may be called again. `end` is called when somebody else gets it, or its
   * holder may have none any more; by then it is left. `idleSince` tells since when nothing would be lost by that, in any
   * unit; nothing while something would. Throws `LaneFullError`, and `NotReadyError` once they are closed.
   */
  take(key: string | undefined, end: () => void, idleSince: Place["idleSince"] = never): () => void {
    if (this.#closed) throw new NotReadyError("the gateway is closing");
    const price = this.#price(key);
    if (price === "refused") throw new LaneFullError(this.#options.full);
    if (price !== "nothing") this.#end(...price);
    const place = { end, idleSince };
    const holder = this.#holders.get(key) ?? new Set<Place>();
    this.#holders.set(key, holder.add(place));
    this.#size++;
    return () => this.#leave(key, place);
  }

  /** End all that somebody holds. */
  end(key: string | undefined): void {
    for (const place of [...(this.#holders.get(key) ?? [])]) this.#end(key, place);
  }

  /** End all, and let nobody in any more. */
  close(): void {
    this.#closed = true;
    for (const key of [...this.#holders.keys()]) this.end(key);
  }

  /** What has to end so that somebody gets a place: nothing while some are free, and "refused" where he gets none. */
  #price(key: string | undefined): readonly [string | undefined, Place] | "nothing" | "refused" {
    const { max, reserved } = this.#options;
    const own = this.#holders.get(key) ?? new Set();
    if (this.#size < max || (reserved && key === reserved.key && own.size < reserved.count)) return "nothing";
    const [other, theirs] = this.#most();
    const idle = own.size < theirs.size ? longestIdle(theirs) : undefined;
    // Nobody becomes the one who holds most by that: they would take it from each other for ever.
    const taken = idle ?? (own.size + 1 < theirs.size ? [...theirs].at(-1) : undefined);
    if (taken) return [other, taken];
    const mine = longestIdle(own);
    return mine ? [key, mine] : "refused";
  }

  #most(): readonly [string | undefined, Holder] {
    let found: readonly [string | undefined, Holder] = [undefined, new Set()];
    for (const entry of this.#holders) if (entry[1].size > found[1].size) found = entry;
    return found;
  }

  #end(key: string | undefined, place: Place): void {
    this.#leave(key, place);
    place.end();
  }

  #leave(key: string | undefined, place: Place): void {
    const holder = this.#holders.get(key);
    if (!holder?.delete(place)) return;
    this.#size--;
    if (holder.size === 0) this.#holders.delete(key);
  }
}

function longestIdle(holder: Holder): Place | undefined {
  let found: { readonly place: Place; readonly since: number } | undefined;
  for (const place of holder) {
    const since = place.idleSince();
    if (since !== undefined && since < (found?.since ?? Number.POSITIVE_INFINITY)) found = { place, since };
  }
  return found?.place;
}
