import type { Clock } from "../clock.ts";

/** Takes bytes as they come and hands on, before `push` returns, what they mean. */
export interface Decoder {
  /** What has come, in pieces of any size; what is no message goes to `garbage`. */
  push(bytes: Uint8Array): void;
  /** Forget what has come so far of an unfinished message. */
  reset(): void;
}

/** Where a decoder hands what it has made of the bytes. */
export interface DecoderSink<Message> {
  /** A whole message, in the order in which they came. */
  message(message: Message): void;
  /** Bytes that are no message: noise, an overlong line, a wrong checksum. */
  garbage(bytes: Uint8Array, why: string): void;
}

/** How messages look on the wire. */
export interface Codec<Message> {
  /** Throws `InputError` for what must not be sent. */
  encode(message: Message): Uint8Array;
  /** `clock`, the bench clock unless told, is for messages that end when nothing more comes. */
  decoder(sink: DecoderSink<Message>, clock?: Clock): Decoder;
}
