import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { addressKey } from "./limits/address.ts";
import type { Bites } from "./limits/bites.ts";
import type { App } from "./view.ts";

/** More are not asked for at a time on one connection by anybody who reads what is answered. */
const maxWaiting = 32;

/** Those whose turn on their connection has not come. */
const waiting = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * When a connection ends, Node tells so the answer whose turn it is, and none of those that wait behind it: to whatever
 * goes by "close", their client would stay for ever. They are told here; of those that are too many nothing is done.
 */
export function tellPipelined(app: App, bites: Bites): void {
  passOverDropped(app.server);
  app.addHook("onRequest", ({ raw: { socket } }, { raw: response }, done) => {
    if (response.socket === null && !response.destroyed) {
      const responses = behind(socket);
      if (responses.size >= maxWaiting) {
        bites.note("pipelined", addressKey(socket.remoteAddress));
        socket.destroy();
        return;
      }
      responses.add(response);
      response.once("close", () => responses.delete(response));
    }
    done();
  });
}

/** Node goes on to read what it has of a connection that has been hung up on: none of that is worth any more work. */
function passOverDropped(server: App["server"]): void {
  const handlers = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!request.socket.destroyed) for (const handle of handlers) handle.call(server, request, response);
  });
}

function behind(socket: Socket): Set<ServerResponse> {
  const known = waiting.get(socket);
  if (known) return known;
  const responses = new Set<ServerResponse>();
  waiting.set(socket, responses);
  socket.once("close", () => {
    for (const response of responses) {
      // Whose turn it is hears it from Node.
      if (response.socket !== null) continue;
      response.destroy();
      response.emit("close");
    }
  });
  return responses;
}

/** End an answer and its connection, now or when its turn comes: whatever goes by "close" is told now. */
export function hangUp(response: ServerResponse): void {
  const waits = response.socket === null && !response.destroyed;
  response.destroy();
  if (waits) response.emit("close");
}
