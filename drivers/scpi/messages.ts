import { type Codec, type Decoder, type DecoderSink, lines } from "benchd/driver";

export interface MessageOptions {
  /** What ends a message that is sent, and one of the instrument. */
  readonly send: string;
  readonly receive: string;
  /** The longest reply, a block of data included. */
  readonly maxBytes: number;
}

/** What is sent is short: instruments take some 256 bytes at a time. */
const maxCommandBytes = 1024;

/**
 * Messages of IEEE 488.2 on a stream of bytes: lines of text, but that a reply may begin with a definite-length block
 * `#<digits><length><bytes>`, whose bytes may be anything, ends of lines as well (488.2, 8.7.9). Latin-1 both ways; what
 * is sent is text without control characters.
 */
export function messages({ send, receive, maxBytes }: MessageOptions): Codec<string> {
  const { encode } = lines({ send, receive, maxBytes: maxCommandBytes });
  return { encode, decoder: (sink) => new MessageDecoder(sink, Buffer.from(receive, "latin1"), maxBytes) };
}

class MessageDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #end: Buffer;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** So many bytes have to be there before looking at them is worth it. */
  #needed = 0;

  constructor(sink: DecoderSink<string>, end: Buffer, maxBytes: number) {
    this.#sink = sink;
    this.#end = end;
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    const worth = this.#needed > 0 ? this.#length >= this.#needed : bytes.includes(this.#end.at(-1) ?? 0);
    if (worth || this.#chunks.length === 1) this.#look();
    else if (this.#length > this.#maxBytes) this.#drop();
  }

  reset(): void {
    this.#keep(Buffer.alloc(0));
  }

  #look(): void {
    let rest = Buffer.concat(this.#chunks);
    for (;;) {
      const block = blockLength(rest);
      const end = rest.indexOf(this.#end, Math.min(block, rest.length));
      if (end < 0) {
        this.#keep(rest);
        this.#needed = block > 0 ? block + this.#end.length : 0;
        if (Math.max(this.#length, this.#needed) > this.#maxBytes) this.#drop();
        return;
      }
      // An empty line is no message.
      if (end > 0) this.#sink.message(rest.toString("latin1", 0, end));
      rest = rest.subarray(end + this.#end.length);
    }
  }

  #drop(): void {
    const bytes = Buffer.concat(this.#chunks);
    this.reset();
    this.#sink.garbage(bytes, `a reply of more than ${this.#maxBytes} bytes`);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    this.#needed = 0;
  }
}

/** How long the block is that `bytes` begin with, its header included; 0 when they begin with none, or not yet. */
function blockLength(bytes: Buffer): number {
  const [, digits] = /^#([1-9])/.exec(bytes.toString("latin1", 0, 2)) ?? [];
  if (digits === undefined) return 0;
  const header = 2 + Number(digits);
  const length = bytes.toString("latin1", 2, header);
  return length.length === Number(digits) && /^\d+$/.test(length) ? header + Number(length) : 0;
}
