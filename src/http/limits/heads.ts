import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import { refuse } from "../answer.ts";
import { securityHeaders } from "../security.ts";
import type { App } from "../view.ts";

/** Node would leave out what is beyond its own bound, and with it what the request is judged by. */
const maxHeaders = 100;

/** Refuse what is said to be too large before any of it has been sent, and more headers than anybody needs. */
export function judgeHeads(app: App, maxBody: number): void {
  const { server } = app;
  server.maxHeadersCount = 0;
  app.addHook("onRequest", (request, reply, done) => {
    const refusal = refusalOf(request);
    if (!refusal) return done();
    refuse(reply.headers({ ...securityHeaders, connection: "close" }), ...refusal);
  });
  // A client that asks first whether to send its body is not told to, where that will be refused.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    const length = Number(request.headers["content-length"] ?? 0);
    const isWelcome = length <= maxBody && request.headers["content-encoding"] === undefined;
    // Behind another answer Node would send it between the head and the body of its own; whoever waits for it may send all the same.
    if (isWelcome && response.socket !== null) response.writeContinue();
    server.emit("request", request, response);
  });
}

function refusalOf({ headers, raw }: FastifyRequest): readonly [status: number, detail: string] | undefined {
  if (raw.rawHeaders.length > 2 * maxHeaders) return [431, `These are more than ${maxHeaders} headers.`];
  const encoding = headers["transfer-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "chunked")
    return [501, "Send the body as it is, without a transfer encoding but chunked."];
  return undefined;
}
