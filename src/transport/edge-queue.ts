import { type Settle, wait } from "../context.ts";
import type { Edge } from "./gpio.ts";

/** Edges that nobody takes are kept up to this many; then the oldest go. */
const maxEdges = 1000;

/** Edges of one input as they come, to be iterated over. */
export class EdgeQueue implements AsyncIterableIterator<Edge> {
  readonly #edges: Edge[] = [];
  readonly #takers = new Set<Settle<IteratorResult<Edge>>>();
  readonly #leave: (queue: EdgeQueue) => void;
  /** Those that went, and that the oldest which is left has yet to tell of. */
  #lost = 0;
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
    this.#lost += 1 + (this.#edges.shift()?.lost ?? 0);
  }

  /** No more edges come. */
  end(): void {
    this.#ended = true;
    for (const taker of this.#takers) taker.resolve({ value: undefined, done: true });
    this.#takers.clear();
  }

  async next(): Promise<IteratorResult<Edge>> {
    const edge = this.#edges.shift();
    if (edge) return { value: this.#told(edge), done: false };
    if (this.#ended) return { value: undefined, done: true };
    return wait((taker) => {
      this.#takers.add(taker);
      return () => void this.#takers.delete(taker);
    });
  }

  #told(edge: Edge): Edge {
    if (this.#lost === 0) return edge;
    const lost = this.#lost + (edge.lost ?? 0);
    this.#lost = 0;
    return { ...edge, lost };
  }

  async return(): Promise<IteratorResult<Edge>> {
    this.#leave(this);
    this.#edges.length = 0;
    this.end();
    return { value: undefined, done: true };
  }
}
