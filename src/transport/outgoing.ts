import type { ByteStream } from "./byte-stream.ts";
import { Echo } from "./echo.ts";
import type { Station } from "./station.ts";

type Sender = Pick<Station<never>, "recorder" | "echo">;

/** What was handed to a port: it may not have left yet, and its device may repeat it. */
export class Outgoing {
  readonly echo = new Echo();
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
  send({ recorder, echo }: Sender, bytes: Uint8Array, invocation?: string): Promise<void> {
    recorder.sent(bytes, invocation);
    if (echo) this.echo.expect(bytes);
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
