import type { ByteStream } from "./byte-stream.ts";
import { Echo } from "./echo.ts";
import type { Station } from "./station.ts";

type Sender = Pick<Station<never>, "recorder" | "echo">;

/** What was handed to a port: it may not have left yet, and its device may repeat it. */
export class Outgoing {
  readonly echo = new Echo();
  readonly #stream: ByteStream;
  readonly #told: { taken(): void; refused(cause: unknown): void };
  /** How many writes are under way. */
  #writing = 0;
  /** How to fail those that somebody waits for. */
  readonly #waiting = new Set<(error: unknown) => void>();

  constructor(stream: ByteStream, told: { taken(): void; refused(cause: unknown): void }) {
    this.#stream = stream;
    this.#told = told;
  }

  /** The port has not taken all of it. */
  get blocked(): boolean {
    return this.#writing > 0;
  }

  /** `taken` is called once the port has taken all of it; it is not where the port refuses, which is told to the wire. */
  send({ recorder, echo }: Sender, bytes: Uint8Array, invocation?: string, taken?: () => void): void {
    recorder.sent(bytes, invocation);
    if (echo) this.echo.expect(bytes);
    this.#writing++;
    this.#stream.write(bytes).then(
      () => {
        this.#writing--;
        if (!this.blocked) this.#told.taken();
        taken?.();
      },
      (cause) => this.#told.refused(cause),
    );
  }

  /** As `send`; settles when the port has taken all of it, or at the latest with `fail`. */
  sent(sender: Sender, bytes: Uint8Array): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.add(reject);
      this.send(sender, bytes, undefined, () => {
        this.#waiting.delete(reject);
        resolve();
      });
    });
  }

  fail(error: unknown): void {
    for (const fail of this.#waiting) fail(error);
    this.#waiting.clear();
    this.#writing = 0;
  }
}
