import fastifyWebsocket from "@fastify/websocket";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static } from "../../typebox.ts";
import { json } from "../answer.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { answerBrokenHandshakes } from "./handshake.ts";
import { Session } from "./session.ts";
import { protocol } from "./subprotocol.ts";
import { asksForUpgrade, socketPath } from "./upgrade.ts";

/** Of one message; bytes. A larger one ends the connection (1009). */
const maxPayload = 64 * 1024;

/** `/{thing}/ws`: be told what a Thing does as it does it, by LabThings' protocol. */
export function webSockets(app: App, { gateway, sockets }: View): void {
  // By itself, so that no other route becomes one that can be upgraded.
  app.register(async (scope: App) => {
    await scope.register(fastifyWebsocket, {
      options: { maxPayload, perMessageDeflate: false, handleProtocols: chosen },
      errorHandler: (error, socket, request) => {
        request.log.debug({ err: error, url: request.url }, "a WebSocket has failed");
        if (socket.readyState === socket.OPEN) socket.terminate();
      },
      preClose: (done) => {
        sockets.close();
        done();
      },
    });

    answerBrokenHandshakes(scope.websocketServer);

    scope.route({
      method: "GET",
      url: socketPath,
      config: { scope: "read" },
      schema: { summary: "Be told what a Thing does, over a WebSocket", params: thingParams },
      preHandler: async (request, reply) => {
        if (!asksForWebSocket(request)) return answerPlain(request, reply);
        sockets.expect(request.raw, request.principal.key);
      },
      // Never reached: the hook has answered what does not ask for one.
      handler: answerPlain,
      wsHandler: (socket, request) => {
        const { thing } = request.params as Static<typeof thingParams>;
        sockets.add(socket, new Session(socket, gateway.thing(thing), gateway), request.raw);
      },
    });
  });
}

const chosen = (offered: ReadonlySet<string>) => offered.has(protocol) && protocol;

const asksForWebSocket = (request: FastifyRequest): boolean =>
  asksForUpgrade(request) && request.headers.upgrade?.toLowerCase() === "websocket";

const answerPlain = async (_: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  json(reply.header("upgrade", "websocket"), 426, { detail: "Upgrade Required" });
