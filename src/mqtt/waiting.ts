interface Bounds {
  /** So many wait. */
  readonly max: number;
  /** And weigh together so much; bytes. */
  readonly maxBytes: number;
}

interface One {
  /** Whose it is. */
  readonly sender: string;
  readonly bytes: number;
}

/**
 * What waits for its turn, first come first served. When there is no room, whoever has most of it loses his newest to
 * somebody who has less: nobody alone keeps others out.
 */
export class FairQueue<Item extends One> {
  readonly #bounds: Bounds;
  readonly #items: Item[] = [];
  readonly #counts = new Map<string, number>();
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Returns those for which there is no room: it, or others for it. */
  add(item: Item): readonly Item[] {
    const evicted: Item[] = [];
    while (!this.#hasRoomFor(item)) {
      const newest = this.#newestOf(this.#largest());
      if (!newest || this.#countOf(newest.sender) <= this.#countOf(item.sender)) return [...evicted, item];
      this.#remove(newest);
      evicted.push(newest);
    }
    this.#items.push(item);
    this.#count(item, 1);
    return evicted;
  }

  next(): Item | undefined {
    const item = this.#items[0];
    if (item) this.#remove(item);
    return item;
  }

  #hasRoomFor({ bytes }: Item): boolean {
    return this.#items.length < this.#bounds.max && this.#bytes + bytes <= this.#bounds.maxBytes;
  }

  #largest(): string {
    let [largest, most] = ["", 0];
    for (const [sender, count] of this.#counts) if (count > most) [largest, most] = [sender, count];
    return largest;
  }

  #newestOf(sender: string): Item | undefined {
    return this.#items.findLast((one) => one.sender === sender);
  }

  #countOf(sender: string): number {
    return this.#counts.get(sender) ?? 0;
  }

  #remove(item: Item): void {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#count(item, -1);
  }

  #count({ sender, bytes }: Item, more: 1 | -1): void {
    this.#bytes += more * bytes;
    const count = this.#countOf(sender) + more;
    if (count > 0) this.#counts.set(sender, count);
    else this.#counts.delete(sender);
  }
}
