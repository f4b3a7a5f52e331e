import Fastify, { type FastifyBaseLogger, type FastifyReply, LogController } from "fastify";
import { urlForLog } from "./access/token-in-url.ts";
import { refuse } from "./answer.ts";
import { answerBroken } from "./broken-request.ts";
import { dialectAt } from "./dialect.ts";
import { slowness } from "./limits/limits.ts";
import { type Credentials, serverOptions } from "./secure.ts";
import { securityHeaders } from "./security.ts";
import { hangUp } from "./socket/upgrade.ts";
import type { App } from "./view.ts";

/** Of a request; bytes. */
export const maxBody = 1024 * 1024;

interface ServerOptions {
  /** Before every path of the Things. */
  readonly prefix: string;
  readonly log: FastifyBaseLogger;
  /** Addresses and networks of proxies, whose word on whom they ask for is taken. */
  readonly proxies: readonly string[];
  /** A request has so long to arrive; seconds. */
  readonly requestSeconds: number;
  /** It speaks HTTPS with these. */
  readonly tls: Credentials | undefined;
}

/** A server without routes: how long it waits, how much it takes, and what it says to what is no request. */
export function createServer({ prefix, log, proxies, requestSeconds, tls }: ServerOptions): App {
  const { requestTimeout, ...slow } = slowness({ requestSeconds });
  // Without a Host our own guard refuses, which tells why.
  const server = { requireHostHeader: false, ...slow };
  return Fastify({
    ...(tls ? { https: { ...server, ...serverOptions(tls) } } : { http: server }),
    trustProxy: proxies.length > 0 && [...proxies],
    loggerInstance: log.child({}, { serializers: { url: urlForLog } }),
    logController: new LogController({ disableRequestLogging: true }),
    // One of its own would be made for each request, and hardly any says anything.
    childLoggerFactory: (logger) => logger,
    bodyLimit: maxBody,
    requestTimeout,
    // Longer than the longest wait that a client may ask for.
    connectionTimeout: 90_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    // A path that is none: its request is not one of ours yet, and knows no dialect.
    frameworkErrors(error, request, reply: FastifyReply) {
      hangUp(request, reply);
      refuse(reply.headers(securityHeaders), error.statusCode ?? 400, error.message, dialectAt(request.url, prefix));
    },
    clientErrorHandler: answerBroken,
  });
}
