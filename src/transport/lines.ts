import { realClock } from "../clock.ts";
import { DefinitionError, InputError } from "../errors.ts";
import type { Codec } from "./codec.ts";
import { LineDecoder } from "./line-decoder.ts";
import { SilenceDecoder } from "./silence-decoder.ts";

export interface LineOptions {
  /** What ends a message that is sent; may be empty. */
  readonly send: string;
  /**
   * What ends a message of the device: a text, any of several single characters (with what they make together, as in
   * `["\r", "\n", "\r\n"]`), or silence for so many milliseconds.
   */
  readonly receive: string | readonly string[] | { readonly idleMs: number };
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
 * @example lines({ send: "\r", receive: ["\r", "\n", "\r\n"] })
 * @example lines({ send: "", receive: { idleMs: 50 } })
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
  const ends = isSilence(receive) ? [] : [receive].flat();
  if (options === "" || (!isSilence(receive) && (ends.length === 0 || ends.includes(""))))
    throw new DefinitionError('lines() needs a terminator, such as lines("\\r\\n")');
  if (isSilence(receive) && !(receive.idleMs > 0 && !start))
    throw new DefinitionError("lines() that end in silence need its milliseconds, and have no start");
  for (const text of [send, ...ends, start, allow, immediate])
    if (!isLatin1(text)) throw new DefinitionError(`lines() knows characters up to U+00FF, which ${text} is not`);
  const alternatives = ends.length > 1 ? ends.filter(({ length }) => length === 1).join("") : "";
  const end = alternatives.charAt(0) || (ends[0] ?? "");
  if (ends.length > 1 && ends.some((text) => [...text].some((character) => !ends.includes(character))))
    throw new DefinitionError("lines() with several terminators needs single characters, or what these make together");
  const allowed = new Set(Buffer.from(allow, "latin1"));

  return {
    encode(message) {
      if (message.length === 1 && immediate.includes(message)) return Buffer.from(message, "latin1");
      const fault = refusal(message, send, allowed, maxBytes) ?? interruption(message, immediate);
      if (fault) throw new InputError(`${JSON.stringify(message.slice(0, 80))} cannot be sent: ${fault}`);
      return Buffer.from(message + send, "latin1");
    },
    decoder: (sink, clock = realClock) =>
      isSilence(receive)
        ? new SilenceDecoder(sink, clock, { idleMs: receive.idleMs, maxBytes })
        : new LineDecoder(sink, { end, alternatives: Buffer.from(alternatives, "latin1"), start, maxBytes }),
  };
}

/** Why a message must not be sent, if so. What counts is the bytes that would leave: U+010A would leave as LF. */
function refusal(message: string, terminator: string, allowed: Set<number>, maxBytes: number): string | undefined {
  if (message.length > maxBytes) return `it is longer than ${maxBytes} bytes`;
  let odd: number | undefined;
  for (let at = 0; at < message.length; at++) {
    const code = message.charCodeAt(at);
    if (code > 0xff) return "it has characters beyond U+00FF";
    if ((code < 0x20 || code > 0x7e) && !allowed.has(code)) odd ??= code;
  }
  if (odd !== undefined) return `it contains the byte 0x${odd.toString(16).padStart(2, "0")}`;
  if (terminator && (message + terminator).indexOf(terminator) < message.length) return "it contains the end of a line";
  return undefined;
}

/** The device would take such a character out of the middle of a line, and obey it. */
function interruption(message: string, immediate: string): string | undefined {
  if (!immediate) return undefined;
  const odd = [...message].find((character) => immediate.includes(character));
  return odd && `it contains ${JSON.stringify(odd)}, which the device obeys at once`;
}

const isSilence = (receive: LineOptions["receive"]) => typeof receive === "object" && "idleMs" in receive;

const isLatin1 = (text: string) => Buffer.from(text, "latin1").toString("latin1") === text;
