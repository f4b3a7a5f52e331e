/** So many go before it begins afresh, at least. */
const renewAfter = 64;

/**
 * A map that much passes through. V8 leads from each table that a Map has outgrown to the next one. Once one of them is old,
 * all that comes after it is kept, with what was in it, until the whole heap is collected: what lived for a millisecond
 * is copied twice on the way there. So this one begins afresh ever so often.
 */
export class TurnoverMap<Key, Value> {
  #map = new Map<Key, Value>();
  #gone = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  delete(key: Key): boolean {
    if (!this.#map.delete(key)) return false;
    if (++this.#gone >= renewAfter + this.#map.size) this.#renew(this.#map);
    return true;
  }

  clear(): void {
    if (this.#map.size > 0) this.#renew();
  }

  /** In the order they came. */
  keys(): IterableIterator<Key> {
    return this.#map.keys();
  }

  values(): IterableIterator<Value> {
    return this.#map.values();
  }

  #renew(entries?: Iterable<readonly [Key, Value]>): void {
    this.#map = new Map(entries);
    this.#gone = 0;
  }
}
