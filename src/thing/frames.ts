import { LaneFullError, OutputError } from "../errors.ts";

/** So many watch one stream at most. */
export const maxViewers = 20;
const maxFrameBytes = 16 * 1024 * 1024;

/** Frames as they come for one who watches; who is slow misses some. Ends with its source, or by `return`. */
export type Viewer = AsyncIterableIterator<Uint8Array> & { return(): Promise<IteratorResult<Uint8Array>> };

type Taker = (result: IteratorResult<Uint8Array>) => void;

/** A source of frames, shared by all who watch: nothing is kept but, for each, the frame that comes next. */
export class Frames {
  readonly #viewers = new Set<{ show(frame: Uint8Array): void; end(): void }>();
  #ended = false;

  /** Nobody can join any more. */
  get ended(): boolean {
    return this.#ended;
  }

  join(): Viewer {
    if (this.#viewers.size >= maxViewers)
      throw new LaneFullError(`${maxViewers} watch this stream already; try again when one of them has left`);
    let next: Uint8Array | undefined;
    let taker: Taker | undefined;
    let over = this.#ended;
    const done = { value: undefined, done: true } as const;
    const viewer = {
      show(frame: Uint8Array) {
        if (!taker) next = frame;
        else taker({ value: frame, done: false });
        taker = undefined;
      },
      end() {
        over = true;
        next = undefined;
        taker?.(done);
        taker = undefined;
      },
    };
    const leave = () => {
      this.#viewers.delete(viewer);
      viewer.end();
    };
    if (!over) this.#viewers.add(viewer);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next() {
        const value = next;
        next = undefined;
        if (value) return Promise.resolve({ value, done: false });
        if (over) return Promise.resolve(done);
        return new Promise((resolve) => {
          // Whoever asks twice at once gets the same frame once.
          taker?.(done);
          taker = resolve;
        });
      },
      return() {
        leave();
        return Promise.resolve(done);
      },
    };
  }

  /** Show what comes from `source` until that ends, or nobody watches any more. */
  async show(source: () => AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const frame of source()) {
        if (this.#viewers.size === 0 || this.#ended) return;
        if (!(frame instanceof Uint8Array) || frame.length > maxFrameBytes)
          throw new OutputError(`a frame has to be a Uint8Array of at most ${maxFrameBytes} bytes`);
        for (const viewer of this.#viewers) viewer.show(frame);
      }
    } finally {
      this.end();
    }
  }

  /** Send all who watch home; whatever the source does. */
  end(): void {
    this.#ended = true;
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
  }
}
