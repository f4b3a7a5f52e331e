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
  const texts = requests.map(written);
  const methods = requests.map(({ method }) => method);
  const { length: count } = requests;
  // Behind one that closes nothing is to be sent, and behind another one nobody can change to another protocol.
  // A stream that has to wait for its turn is given up after a while, as one that is not read.
  const ends = requests.some(
    ({ target, headers }) =>
      /events|stream/.test(target) || headers.some(([, value]) => /\b(close|upgrade)\b/.test(value)),
  );
  const pieces = [texts.join("")];
  if (ends) return { number, sort: "malformed", what: "pipelined, with an end", count, methods: [], pieces };
  if (dice.odds(0.7)) return { number, sort: "requests", what: "pipelined", count, methods, pieces };
  const { what, text } = spoiltRequest(requestFor(surface, dice), dice);
  const spoilt = [texts.join("") + text];
  return { number, sort: "malformed", what: `pipelined, then ${what}`, count: count + 1, methods: [], pieces: spoilt };
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
