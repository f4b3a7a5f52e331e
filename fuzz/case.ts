import { Dice } from "../soak/dice.ts";
import { spoiltRequest } from "./malformed.ts";
import { type Request, requestFor, written, writtenInChunks } from "./requests.ts";
import { socketFor } from "./sockets.ts";
import type { Surface } from "./surface.ts";

/** Something that is sent on one connection, and what may be expected of its answers. */
export interface Case {
  readonly number: number;
  /**
   * `requests`: well-formed, each answered in its turn; `malformed`: answered as far as it can be, and hung up on by the
   * client; `socket`: a WebSocket, if the handshake is any.
   */
  readonly sort: "requests" | "malformed" | "socket";
  /** What it is counted under. */
  readonly what: string;
  /** How many requests it is. */
  readonly count: number;
  /** Of its requests, where they are well-formed. */
  readonly methods: readonly string[];
  /** The last asks for a stream behind others: when these keep it waiting for too long it is given up, and hung up on. */
  readonly mayBeGivenUp?: boolean;
  /** What is sent, one byte a character; the next only once there is an answer, or at once. */
  readonly pieces: readonly string[];
}

/** The case of that number: the seed alone decides it, whatever came before. */
export function caseOf(surface: Surface, seed: number, number: number): Case {
  const dice = new Dice(seed ^ Math.imul(number, 0x9e3779b1), "case");
  const roll = dice.real(0, 1);
  if (roll < 0.7) return single(number, requestFor(surface, dice), dice);
  if (roll < 0.76) return pipelined(number, surface, dice);
  if (roll < 0.82) return webSocket(number, surface, dice);
  return malformed(number, surface, dice);
}

function single(number: number, request: Request, dice: Dice): Case {
  const text = request.body !== undefined && dice.odds(0.15) ? writtenInChunks(request, dice) : written(request);
  const pieces = dice.odds(0.03) ? cut(text, dice) : [text];
  return { number, sort: "requests", what: request.what, count: 1, methods: [request.method], pieces };
}

function pipelined(number: number, surface: Surface, dice: Dice): Case {
  const requests = Array.from({ length: dice.whole(2, 8) }, () => requestFor(surface, dice));
  const end = requests.findIndex((one) => streams(one) || asks(one, /\b(close|upgrade)\b/));
  if (end !== -1) return endingPipeline(number, requests, end, dice);
  const { methods, text, count } = joined(requests);
  if (dice.odds(0.7)) return { number, sort: "requests", what: "pipelined", count, methods, pieces: [text] };
  const { what, text: spoilt } = spoiltRequest(requestFor(surface, dice), dice);
  const pieces = [text + spoilt];
  return { number, sort: "malformed", what: `pipelined, then ${what}`, count: count + 1, methods: [], pieces };
}

/** Whether what stands behind the end is answered depends on when it comes: where it does, only what does come is judged. */
function endingPipeline(number: number, requests: readonly Request[], end: number, dice: Dice): Case {
  const ending = requests[end];
  const until = joined(requests.slice(0, end + 1));
  if (ending && !asks(ending, /\bupgrade\b/) && dice.odds(0.5)) {
    const mayBeGivenUp = end > 0 && streams(ending);
    const { text, ...told } = until;
    return { ...{ number, sort: "requests", what: "pipelined up to an end", pieces: [text] }, ...told, mayBeGivenUp };
  }
  const { text, count } = joined(requests);
  return { number, sort: "malformed", what: "pipelined, with an end", count, methods: [], pieces: [text] };
}

const streams = ({ target }: Request): boolean => /events|stream/.test(target);

const asks = ({ headers }: Request, what: RegExp): boolean => headers.some(([, value]) => what.test(value));

function joined(requests: readonly Request[]) {
  const methods = requests.map(({ method }) => method);
  return { methods, text: requests.map(written).join(""), count: requests.length };
}

function malformed(number: number, surface: Surface, dice: Dice): Case {
  const { what, text } = spoiltRequest(requestFor(surface, dice), dice);
  const pieces = dice.odds(0.1) ? cut(text, dice) : [text];
  return { number, sort: "malformed", what, count: 1, methods: [], pieces };
}

function webSocket(number: number, surface: Surface, dice: Dice): Case {
  const { handshake, frames } = socketFor(surface, dice);
  const pieces = dice.odds(0.2) ? [[handshake, ...frames].join("")] : [handshake, ...frames];
  return { number, sort: "socket", what: "WebSocket", count: 1 + frames.length, methods: [], pieces };
}

/** In two pieces, somewhere. */
function cut(text: string, dice: Dice): readonly string[] {
  const at = dice.whole(1, Math.max(1, text.length - 1));
  return [text.slice(0, at), text.slice(at)].filter((piece) => piece !== "");
}
