import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { rawAnswer } from "../raw-answer.ts";

/** The version of RFC 6455, whose number a client that has another one is told. */
const version = { "sec-websocket-version": "13" };

/** Answer what asks for a WebSocket, but not as RFC 6455 has it, like every other refusal: the library would as a page. */
export function answerBrokenHandshakes(server: EventEmitter): void {
  server.on("wsClientError", (error: Error, socket: Duplex) => {
    const [status, more] = error.message.includes("Version") ? [426, { ...version, upgrade: "websocket" }] : [400, {}];
    // Who does not hang up himself would keep it half open.
    socket.once("finish", () => socket.destroy());
    socket.end(rawAnswer(status, `That opens no WebSocket: ${error.message}.`, more));
  });
}
