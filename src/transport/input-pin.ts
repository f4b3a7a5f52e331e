import { wait } from "../context.ts";
import { FencedError } from "../errors.ts";
import { EdgeQueue } from "./edge-queue.ts";
import type { Edge, InputLine, InputListener, InputPin } from "./gpio.ts";

/** An open input: one line, any number of those who watch it. */
export class OpenInput implements InputPin {
  readonly #line: InputLine;
  readonly #name: string;
  readonly #released: () => void;
  readonly #queues = new Set<EdgeQueue>();
  readonly #waiting = new Set<{ changed(level: boolean): void; released(): void }>();
  #open = true;

  constructor(line: InputLine, name: string, told: Omit<InputListener, "changed"> & { released(): void }) {
    this.#line = line;
    this.#name = name;
    this.#released = () => told.released();
    line.watch({
      changed: (edge) => this.#changed(edge),
      warn: (message) => told.warn(message),
      lost: (error) => told.lost(error),
    });
  }

  read(): boolean {
    if (!this.#open) throw this.#gone();
    return this.#line.read();
  }

  edges(): AsyncIterable<Edge> {
    const queue = new EdgeQueue((left) => this.#queues.delete(left));
    if (this.#open) this.#queues.add(queue);
    else queue.end();
    return queue;
  }

  async waitFor(level: boolean): Promise<void> {
    if (this.read() === level) return;
    await wait<void>(({ resolve, reject }) => {
      const waiting = {
        changed: (now: boolean) => now === level && resolve(),
        released: () => reject(this.#gone()),
      };
      this.#waiting.add(waiting);
      return () => void this.#waiting.delete(waiting);
    });
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#line.release();
    for (const queue of this.#queues) queue.end();
    this.#queues.clear();
    for (const waiting of [...this.#waiting]) waiting.released();
    this.#released();
  }

  #changed(edge: Edge): void {
    for (const queue of this.#queues) queue.add(edge);
    for (const waiting of [...this.#waiting]) waiting.changed(edge.rising);
  }

  #gone(): FencedError {
    return new FencedError(`the input ${this.#name} has been released`);
  }
}
