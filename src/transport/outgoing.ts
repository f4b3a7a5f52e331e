import type { ByteStream } from "./byte-stream.ts";

/** What was handed to a port and may not have left yet. */
export class Outgoing {
  readonly #stream: ByteStream;
  readonly #told: { taken(): void; refused(cause: unknown): void };
  /** How to fail each write that is under way. */
  readonly #writing = new Set<(error: unknown) => void>();

  constructor(stream: ByteStream, told: { taken(): void; refused(cause: unknown): void }) {
    this.#stream = stream;
    this.#told = told;
  }

  /** The port has not taken all of it. */
  get blocked(): boolean {
    return this.#writing.size > 0;
  }

  /** Settles at the latest with `fail`. */
  write(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#writing.add(reject);
      this.#stream.write(bytes).then(() => {
        this.#writing.delete(reject);
        if (!this.blocked) this.#told.taken();
        resolve();
      }, reject);
    });
    written.catch((cause) => this.#told.refused(cause));
    return written;
  }

  fail(error: unknown): void {
    for (const fail of this.#writing) fail(error);
    this.#writing.clear();
  }
}
