import { ReadlineParser } from "@serialport/parser-readline";
import { DefinitionError, InputError } from "../errors.ts";
import type { Codec, Decoder, DecoderSink } from "./codec.ts";
import { printable } from "./printable.ts";

export interface LineOptions {
  /** What ends a message that is sent. */
  readonly send: string;
  /** What ends a message of the device. */
  readonly receive: string;
  /** What begins each message of the device, if something does; bytes before it are noise. */
  readonly start?: string;
  /** The longest message, either way; 4096 unless told. */
  readonly maxBytes?: number;
  /** Characters up to U+00FF that may be sent although they are control characters or not ASCII: `"\t"`, `"µ°"`. */
  readonly allow?: string;
  /**
   * Characters that the device takes at once, wherever they come: a message that is one of them leaves as it is, without
   * an end of line. GRBL's `"?!~\x18\x85"`.
   */
  readonly immediate?: string;
}

/**
 * Messages that are lines of text. The terminator is the same both ways unless told apart. Empty lines are no messages.
 *
 * @example lines("\r\n")
 * @example lines({ send: "\r", start: "\x02", receive: "\x03" })
 * @example lines({ send: "\n", receive: "\r\n", immediate: "?!~\x18\x85" })
 */
export function lines(options: string | LineOptions): Codec<string> {
  const {
    send,
    receive,
    start = "",
    maxBytes = 4096,
    allow = "",
    immediate = "",
  } = typeof options === "string" ? { send: options, receive: options } : options;
  if (!send || !receive) throw new DefinitionError('lines() needs a terminator, such as lines("\\r\\n")');
  for (const text of [send, receive, start, allow, immediate])
    if (!isLatin1(text)) throw new DefinitionError(`lines() knows characters up to U+00FF, which ${text} is not`);
  const allowed = new Set(Buffer.from(allow, "latin1"));

  return {
    encode(message) {
      if (message.length === 1 && immediate.includes(message)) return Buffer.from(message, "latin1");
      const fault = refusal(message, send, allowed, maxBytes) ?? interruption(message, immediate);
      if (fault) throw new InputError(`${JSON.stringify(message.slice(0, 80))} cannot be sent: ${fault}`);
      return Buffer.from(message + send, "latin1");
    },
    decoder: (sink) => new LineDecoder(sink, { receive, start, maxBytes }),
  };
}

/** Why a message must not be sent, if so. What counts is the bytes that would leave: U+010A would leave as LF. */
function refusal(message: string, terminator: string, allowed: Set<number>, maxBytes: number): string | undefined {
  if (message.length > maxBytes) return `it is longer than ${maxBytes} bytes`;
  if (!isLatin1(message)) return "it has characters beyond U+00FF";
  const odd = Buffer.from(message, "latin1").find((byte) => (byte < 0x20 || byte > 0x7e) && !allowed.has(byte));
  if (odd !== undefined) return `it contains the byte 0x${odd.toString(16).padStart(2, "0")}`;
  if ((message + terminator).indexOf(terminator) < message.length) return "it contains the end of a line";
  return undefined;
}

/** The device would take such a character out of the middle of a line, and obey it. */
function interruption(message: string, immediate: string): string | undefined {
  const odd = [...message].find((character) => immediate.includes(character));
  return odd && `it contains ${JSON.stringify(odd)}, which the device obeys at once`;
}

const isLatin1 = (text: string) => Buffer.from(text, "latin1").toString("latin1") === text;

class LineDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #options: { readonly receive: string; readonly start: string; readonly maxBytes: number };
  #parser: ReadlineParser;
  /** In the rest of a line whose beginning was too long. */
  #skipping = false;

  constructor(sink: DecoderSink<string>, options: { receive: string; start: string; maxBytes: number }) {
    this.#sink = sink;
    this.#options = options;
    this.#parser = this.#newParser();
  }

  push(bytes: Uint8Array): void {
    this.#parser.write(bytes);
    for (let line = this.#parser.read(); line !== null; line = this.#parser.read()) this.#line(line);
    if (this.#parser.buffer.length > this.#options.maxBytes) this.#drop();
  }

  reset(): void {
    this.#parser = this.#newParser();
    this.#skipping = false;
  }

  // Read object by object, a line at a time: as a byte stream it would run lines together or hand them on a tick later.
  #newParser(): ReadlineParser {
    return new ReadlineParser({ delimiter: this.#options.receive, encoding: "latin1", readableObjectMode: true });
  }

  /** The parser would buffer a line that never ends without bound. */
  #drop(): void {
    const overlong = this.#parser.buffer;
    this.reset();
    this.#skipping = true;
    // The end of the line may have begun to come.
    this.#parser.write(overlong.subarray(overlong.length - this.#options.receive.length + 1));
    this.#sink.garbage(overlong, `no end of line within ${this.#options.maxBytes} bytes`);
  }

  #line(line: string): void {
    const { start, maxBytes } = this.#options;
    const bytes = Buffer.from(line, "latin1");
    if (this.#skipping) {
      this.#skipping = false;
      this.#sink.garbage(bytes, "the end of a line that is too long");
      return;
    }
    // A message that was cut short by the start of the next one is noise before that start.
    const at = line.lastIndexOf(start);
    if (line.length > maxBytes) this.#sink.garbage(bytes, `longer than ${maxBytes} bytes`);
    else if (at < 0) this.#sink.garbage(bytes, `without ${printable(Buffer.from(start, "latin1"))} at its start`);
    else this.#message(line, start ? at : 0);
  }

  #message(line: string, at: number): void {
    const { start } = this.#options;
    if (at > 0) this.#sink.garbage(Buffer.from(line.slice(0, at), "latin1"), "before the start of a message");
    const message = line.slice(at + start.length);
    if (message || start) this.#sink.message(message);
  }
}
