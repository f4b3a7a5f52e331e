import type { Clock, Timer } from "../clock.ts";
import type { Decoder, DecoderSink } from "./codec.ts";

/** Messages that nothing ends but that nothing more comes. */
export class SilenceDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #maxBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #timer: Timer | undefined;

  constructor(
    sink: DecoderSink<string>,
    clock: Clock,
    options: { readonly idleMs: number; readonly maxBytes: number },
  ) {
    this.#sink = sink;
    this.#clock = clock;
    this.#idleMs = options.idleMs;
    this.#maxBytes = options.maxBytes;
  }

  push(bytes: Uint8Array): void {
    this.#timer?.cancel();
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    if (this.#buffer.length > this.#maxBytes) {
      const overlong = this.#buffer;
      this.reset();
      this.#sink.garbage(overlong, `no silence within ${this.#maxBytes} bytes`);
    } else this.#timer = this.#clock.after(this.#idleMs, () => this.#end());
  }

  reset(): void {
    this.#timer?.cancel();
    this.#buffer = Buffer.alloc(0);
  }

  #end(): void {
    const message = this.#buffer.toString("latin1").trim();
    this.reset();
    if (message) this.#sink.message(message);
  }
}
