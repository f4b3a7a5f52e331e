import { type Settle, wait } from "../context.ts";
import type { Edge } from "./gpio.ts";

/** Edges that nobody takes are kept up to this many; then the oldest go, and the next one tells of them. */
const maxEdges = 1000;

/** Edges of one input as they come, to be iterated over. */
export class EdgeQueue implements AsyncIterableIterator<Edge> {
  readonly #edges: Edge[] = [];
  readonly #takers = new Set<Settle<IteratorResult<Edge>>>();
  readonly #leave: (queue: EdgeQueue) => void;
  #ended = false;

  /** `leave` is called when nobody iterates any more. */
  constructor(leave: (queue: EdgeQueue) => void) {
    this.#leave = leave;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  add(edge: Edge): void {
    const [taker] = this.#takers;
    if (taker) {
      this.#takers.delete(taker);
      taker.resolve({ value: edge, done: false });
      return;
    }
    this.#edges.push(edge);
    if (this.#edges.length <= maxEdges) return;
    const gone = this.#edges.shift();
    const [next] = this.#edges;
    if (next) this.#edges[0] = { ...next, missed: (next.missed ?? 0) + 1 + (gone?.missed ?? 0) };
  }

  /** No more edges come. */
  end(): void {
    this.#ended = true;
    for (const taker of this.#takers) taker.resolve({ value: undefined, done: true });
    this.#takers.clear();
  }

  next(): Promise<IteratorResult<Edge>> {
    const edge = this.#edges.shift();
    if (edge) return Promise.resolve({ value: edge, done: false });
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return wait((taker) => {
      this.#takers.add(taker);
      return () => void this.#takers.delete(taker);
    });
  }

  async return(): Promise<IteratorResult<Edge>> {
    this.#leave(this);
    this.#edges.length = 0;
    this.end();
    return { value: undefined, done: true };
  }
}
