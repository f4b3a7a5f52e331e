import type { Decoder, DecoderSink } from "./codec.ts";
import { printable } from "./printable.ts";

interface LineShape {
  readonly end: string;
  /** Bytes that end a line as well as `end` does, which is the first of them; none when it is the only one. */
  readonly alternatives: Uint8Array;
  readonly start: string;
  readonly maxBytes: number;
}

const nothing = Buffer.alloc(0);

/** Cuts what comes into lines. */
export class LineDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #options: LineShape;
  readonly #end: Buffer;
  /** What has come of a line that has not ended. */
  #rest: Buffer = nothing;
  /** In the rest of a line whose beginning was too long. */
  #skipping = false;

  constructor(sink: DecoderSink<string>, options: LineShape) {
    this.#sink = sink;
    this.#options = options;
    this.#end = Buffer.from(options.end, "latin1");
  }

  push(bytes: Uint8Array): void {
    const whole = this.#rest.length === 0;
    const { buffer, byteOffset, byteLength } = this.#unified(bytes);
    const came = Buffer.from(buffer, byteOffset, byteLength);
    this.#rest = whole ? came : Buffer.concat([this.#rest, came]);
    // Whoever takes a line may have all else forgotten.
    for (let end = this.#rest.indexOf(this.#end); end >= 0; end = this.#rest.indexOf(this.#end)) {
      const line = this.#rest.toString("latin1", 0, end);
      this.#rest = this.#rest.subarray(end + this.#end.length);
      this.#line(line);
    }
    if (this.#rest.length > this.#options.maxBytes) this.#drop();
    // The bytes are whose they were: a port reads the next ones into the same memory.
    else if (whole) this.#rest = this.#rest.length === 0 ? nothing : Buffer.from(this.#rest);
  }

  reset(): void {
    this.#rest = nothing;
    this.#skipping = false;
  }

  /** Whatever may end a line as the one end that is looked for: of two in a row the second ends an empty line. */
  #unified(bytes: Uint8Array): Uint8Array {
    const { alternatives, end } = this.#options;
    if (alternatives.length === 0) return bytes;
    return bytes.map((byte) => (alternatives.includes(byte) ? end.charCodeAt(0) : byte));
  }

  /** A line that never ends would be kept without bound. */
  #drop(): void {
    const overlong = Buffer.from(this.#rest);
    this.#skipping = true;
    // The end of the line may have begun to come.
    this.#rest = overlong.subarray(overlong.length - this.#end.length + 1);
    this.#sink.garbage(overlong, `no end of line within ${this.#options.maxBytes} bytes`);
  }

  #line(line: string): void {
    const { start, maxBytes } = this.#options;
    if (this.#skipping) {
      this.#skipping = false;
      this.#garbage(line, "the end of a line that is too long");
      return;
    }
    // A message that was cut short by the start of the next one is noise before that start.
    const at = line.lastIndexOf(start);
    if (line.length > maxBytes) this.#garbage(line, `longer than ${maxBytes} bytes`);
    else if (at < 0) this.#garbage(line, `without ${printable(Buffer.from(start, "latin1"))} at its start`);
    else this.#message(line, start ? at : 0);
  }

  #message(line: string, at: number): void {
    const { start } = this.#options;
    if (at > 0) this.#garbage(line.slice(0, at), "before the start of a message");
    const message = line.slice(at + start.length);
    if (message || start) this.#sink.message(message);
  }

  #garbage(text: string, why: string): void {
    this.#sink.garbage(Buffer.from(text, "latin1"), why);
  }
}
