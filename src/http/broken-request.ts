import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { rawAnswer } from "./raw-answer.ts";
import type { App } from "./view.ts";

interface Broken extends Error {
  readonly code?: string;
}

/** What the parser could make nothing of: the only refusals that no route and no hook ever sees. */
const refusals: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
  HPE_HEADER_OVERFLOW: [431, "The headers are larger than 16 KiB."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The chunk extensions are larger than 16 KiB."],
};

/** The last answer that was asked for on a connection. */
const answers = new WeakMap<Socket, ServerResponse>();

/** Remember what is to be answered on each connection, also what is refused before any hook. */
export function noteAnswers(app: App): void {
  const note = ({ socket }: IncomingMessage, response: ServerResponse) => void answers.set(socket, response);
  for (const asked of ["request", "checkExpectation"] as const) app.server.prependListener(asked, note);
}

/** The last answer that was asked for on a connection, unless it is over: it has had the connection, and let go of it. */
export function answerUnderWay(socket: Socket): ServerResponse | undefined {
  const answer = answers.get(socket);
  const over = !answer || answer.destroyed || (answer.writableFinished && answer.socket === null);
  return over ? undefined : answer;
}

/** Whoever asks by HTTP where HTTPS is spoken reads no TLS: he is told in his own words. Nothing of his is to be heard. */
const plain = [400, "This gateway speaks HTTPS here: begin its address with https://"] as const;

/**
 * Answer it like every other refusal, and hang up: what follows on this connection means nothing. While a request that
 * came before it is being answered there is only hanging up: its client would take the refusal for that of what has begun.
 */
export function answerBroken(error: Broken, socket: Socket): void {
  if (error.code === "ERR_SSL_HTTP_REQUEST") return void beneath(socket)?.end(rawAnswer(...plain));
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const answer = answerUnderWay(socket);
  if (answer && wouldBreakInto(answer)) return void socket.destroy(error);
  if (socket.writable) socket.write(rawAnswer(...(refusals[error.code ?? ""] ?? noRequest)));
  socket.destroy(error);
}

const noRequest = [400, "That is no HTTP request."] as const;

/** Whether something of it, or of those before it, is still to come. What its own request has broken has not begun. */
const wouldBreakInto = ({ socket, writableEnded, headersSent, req }: ServerResponse): boolean =>
  socket === null || (!writableEnded && (headersSent || req.complete));

/** The connection below one that has never come to be TLS; where Node does not tell, it is hung up on without a word. */
function beneath(socket: Socket): Socket | undefined {
  const raw: unknown = socket instanceof TLSSocket ? Reflect.get(socket, "_parent") : undefined;
  return raw instanceof Socket ? raw : undefined;
}
