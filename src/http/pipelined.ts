import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { App } from "./view.ts";

/** Those whose turn on their connection has not come. */
const waiting = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * When a connection ends, Node tells so the answer whose turn it is, and none of those that wait behind it: to whatever
 * goes by "close", their client would stay for ever. They are told here.
 */
export function tellPipelined(app: App): void {
  app.addHook("onRequest", ({ raw: { socket } }, { raw: response }, done) => {
    if (response.socket === null && !response.destroyed) {
      const responses = behind(socket).add(response);
      response.once("close", () => responses.delete(response));
    }
    done();
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
