import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { answerUnderWay } from "../broken-request.ts";
import type { App } from "../view.ts";

interface Incoming extends IncomingMessage {
  /** Node has taken its parser off the connection, as the client has asked for another protocol. */
  readonly upgrade?: boolean;
}

/** Where WebSockets are opened: these read for themselves. */
export const socketPath = "/:thing/ws";

/** Whether a request is one for another protocol, such as a WebSocket. */
export const asksForUpgrade = ({ raw }: { readonly raw: Incoming }): boolean => raw.upgrade === true;

/**
 * Where there is nothing to change to, a request for another protocol is answered like any other (RFC 9110, 7.8), and
 * hung up on: what follows is thrown away. It has to be read all the same, as only so is it noticed that a client has left.
 */
export function answerUpgrades(app: App): void {
  app.server.on("upgrade", (_, socket: Socket) => {
    const answer = answerUnderWay(socket);
    if (answer) closeAfter(answer, socket);
  });
  app.addHook("onRequest", (request: FastifyRequest, reply, done) => {
    if (asksForUpgrade(request)) {
      reply.header("connection", "close");
      if (!request.routeOptions.url?.endsWith(socketPath)) leaveWithClient(request.raw.socket);
    }
    done();
  });
  app.addHook("onResponse", (request, _, done) => {
    if (asksForUpgrade(request)) request.raw.socket.destroySoon();
    done();
  });
}

/** The same for what is refused before any hook. */
export function hangUp(request: FastifyRequest, reply: FastifyReply): void {
  if (!asksForUpgrade(request)) return;
  const { socket } = request.raw;
  reply.header("connection", "close").raw.once("finish", () => socket.destroySoon());
  leaveWithClient(socket);
}

/**
 * Asked for behind a request that has not been answered yet, it cannot be answered itself: the library finds the connection
 * taken, and would leave it open for good, whether or not anybody is at its other end.
 */
function closeAfter(answer: ServerResponse, socket: Socket): void {
  answer.once("close", () => socket.destroySoon());
  leaveWithClient(socket);
}

function leaveWithClient(socket: Socket): void {
  socket.once("end", () => socket.destroy());
  socket.resume();
}
