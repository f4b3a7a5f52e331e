import { DefinitionError, InputError } from "../errors.ts";
import { type Check, type CheckName, checks } from "./checks.ts";
import type { Codec, Decoder, DecoderSink } from "./codec.ts";
import { printable } from "./printable.ts";

export interface PacketOptions {
  /** The byte, or bytes, that begin a packet. */
  readonly start: string;
  /** Those that end it; none unless told. */
  readonly end?: string;
  /** What the length byte counts besides the data, such as itself, check and end: 4 for New Era; 0 unless told. */
  readonly lengthAdds?: number;
  /** Over the data; `"none"` unless told. */
  readonly check?: CheckName;
  /** The check covers the length byte too. */
  readonly checksLength?: boolean;
  /** The most data in a packet; what fits the length byte unless told. */
  readonly maxBytes?: number;
  /** Any bytes may be sent; unless told only printable ASCII, and what `allow` names. */
  readonly binary?: boolean;
  readonly allow?: string;
}

/**
 * Messages in packets that tell their length and prove that they are whole: start, length (one byte), data, check, end.
 * A message is its data, each byte as the character of that number. What proves damaged is noise, and the search goes
 * on behind its first byte.
 *
 * @example
 * // New Era in Safe mode: STX, a length that counts itself, data, CRC and ETX, the data, CRC-16 over the data, ETX.
 * packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem" }).encode("SAF0"); // 02 08 53 41 46 30 55 43 03
 */
export function packets(options: PacketOptions): Codec<string> {
  const { start, end = "", lengthAdds = 0, check = "none", checksLength = false, allow = "", binary = false } = options;
  if (!start) throw new DefinitionError('packets() needs the bytes a packet starts with, such as start: "\\x02"');
  const room = 0xff - lengthAdds;
  const frame: Frame = {
    start: Buffer.from(start, "latin1"),
    end: Buffer.from(end, "latin1"),
    lengthAdds,
    check: checks[check],
    checksLength,
    maxBytes: Math.min(options.maxBytes ?? room, room),
  };
  const allowed = new Set(Buffer.from(allow, "latin1"));

  return {
    encode(message) {
      const data = Buffer.from(message, "latin1");
      const fault = refusal(message, data, frame.maxBytes, (byte) => binary || allowed.has(byte));
      if (fault) throw new InputError(`${JSON.stringify(message.slice(0, 80))} cannot be sent: ${fault}`);
      return packed(data, frame);
    },
    decoder: (sink) => new PacketDecoder(sink, frame),
  };
}

interface Frame {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly lengthAdds: number;
  readonly check: Check;
  readonly checksLength: boolean;
  readonly maxBytes: number;
}

/** Why a message must not be sent, if so. What counts is the bytes that would leave. */
function refusal(message: string, data: Buffer, max: number, allows: (byte: number) => boolean): string | undefined {
  if (data.toString("latin1") !== message) return "it has characters beyond U+00FF";
  if (data.length > max) return `it is longer than ${max} bytes`;
  const odd = data.find((byte) => (byte < 0x20 || byte > 0x7e) && !allows(byte));
  return odd === undefined ? undefined : `it contains the byte 0x${odd.toString(16).padStart(2, "0")}`;
}

function packed(data: Buffer, frame: Frame): Buffer {
  const length = Buffer.of(data.length + frame.lengthAdds);
  return Buffer.concat([frame.start, length, data, proof(length, data, frame), frame.end]);
}

function proof(length: Buffer, data: Buffer, { check, checksLength }: Frame): Buffer {
  const value = check.of(checksLength ? Buffer.concat([length, data]) : data);
  return Buffer.of(value >> 8, value & 0xff).subarray(2 - check.bytes);
}

class PacketDecoder implements Decoder {
  readonly #sink: DecoderSink<string>;
  readonly #frame: Frame;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(sink: DecoderSink<string>, frame: Frame) {
    this.#sink = sink;
    this.#frame = frame;
  }

  push(bytes: Uint8Array): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#skipToStart() && this.#take());
  }

  reset(): void {
    this.#buffer = Buffer.alloc(0);
  }

  /** Drop what precedes a start, or the beginning of one. Whether there is one. */
  #skipToStart(): boolean {
    const { start } = this.#frame;
    const at = this.#buffer.indexOf(start);
    if (at >= 0) this.#drop(at, "before the start of a packet");
    else this.#drop(this.#buffer.length - begun(this.#buffer, start), "before the start of a packet");
    return at >= 0;
  }

  /** Take the packet the buffer begins with, or tell that it is none. Whether to look for another one. */
  #take(): boolean {
    const { start, end, lengthAdds, check, maxBytes } = this.#frame;
    const told = this.#buffer[start.length];
    if (told === undefined) return false;
    const size = told - lengthAdds;
    if (size < 0 || size > maxBytes) return this.#drop(start.length, `a packet cannot have the length ${told}`);
    const dataAt = start.length + 1;
    const checkAt = dataAt + size;
    const endAt = checkAt + check.bytes;
    if (this.#buffer.length < endAt + end.length) return false;
    const data = this.#buffer.subarray(dataAt, checkAt);
    const proved = proof(this.#buffer.subarray(start.length, dataAt), data, this.#frame);
    const ended = this.#buffer.subarray(endAt, endAt + end.length);
    if (!ended.equals(end)) return this.#drop(start.length, `a packet without ${printable(end)} at its end`);
    const shown = this.#buffer.subarray(checkAt, endAt);
    if (!shown.equals(proved)) {
      return this.#drop(start.length, `a packet with the check ${shown.toString("hex")} for ${proved.toString("hex")}`);
    }
    this.#buffer = this.#buffer.subarray(endAt + end.length);
    this.#sink.message(data.toString("latin1"));
    return true;
  }

  #drop(bytes: number, why: string): true {
    const dropped = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    if (dropped.length > 0) this.#sink.garbage(dropped, why);
    return true;
  }
}

/** How many bytes at the end of `buffer` may be the beginning of `start`. */
function begun(buffer: Buffer, start: Buffer): number {
  for (let size = Math.min(start.length - 1, buffer.length); size > 0; size--)
    if (buffer.subarray(buffer.length - size).equals(start.subarray(0, size))) return size;
  return 0;
}
