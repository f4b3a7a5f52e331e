import { ReadlineParser } from "@serialport/parser-readline";
import type { Decoder, DecoderSink } from "./codec.ts";
import { printable } from "./printable.ts";

interface LineShape {
  readonly end: string;
  /** Bytes that end a line as well as `end` does, which is the first of them; none when it is the only one. */
  readonly alternatives: Uint8Array;
  readonly start: string;
  readonly maxBytes: number;
}

/** Cuts what comes into lines. */
export class LineDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #options: LineShape;
  #parser: ReadlineParser;
  /** In the rest of a line whose beginning was too long. */
  #skipping = false;

  constructor(sink: DecoderSink<string>, options: LineShape) {
    this.#sink = sink;
    this.#options = options;
    this.#parser = this.#newParser();
  }

  push(bytes: Uint8Array): void {
    this.#parser.write(this.#unified(bytes));
    for (let line = this.#parser.read(); line !== null; line = this.#parser.read()) this.#line(line);
    if (this.#parser.buffer.length > this.#options.maxBytes) this.#drop();
  }

  reset(): void {
    // Most often nothing has come of a line that has not ended: then the parser is as good as a new one.
    if (this.#parser.buffer.length > 0 || this.#parser.readableLength > 0) this.#parser = this.#newParser();
    this.#skipping = false;
  }

  // Read object by object, a line at a time: as a byte stream it would run lines together or hand them on a tick later.
  #newParser(): ReadlineParser {
    return new ReadlineParser({ delimiter: this.#options.end, encoding: "latin1", readableObjectMode: true });
  }

  /** Whatever may end a line as the one end the parser knows: of two in a row the second ends an empty line. */
  #unified(bytes: Uint8Array): Uint8Array {
    const { alternatives, end } = this.#options;
    if (alternatives.length === 0) return bytes;
    return bytes.map((byte) => (alternatives.includes(byte) ? end.charCodeAt(0) : byte));
  }

  /** The parser would buffer a line that never ends without bound. */
  #drop(): void {
    const overlong = this.#parser.buffer;
    this.reset();
    this.#skipping = true;
    // The end of the line may have begun to come.
    this.#parser.write(overlong.subarray(overlong.length - this.#options.end.length + 1));
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
