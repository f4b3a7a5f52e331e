import type { FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import { formatDuration } from "../duration.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ClockUntrustedError, StartByOverError } from "../request-errors.ts";
import { readStartBy } from "../start-by.ts";
import type { App } from "./view.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** How long after its arrival a time comes; undefined where it says none. */
    untilFromArrival: ((time: number) => () => number) | undefined;
  }
}

const header = "start-by";

interface Clocks {
  /** The process clock. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock(): number;
}

/**
 * What is to start by a time is held to that by the process clock, from its arrival on: a wall clock that is turned back
 * later revives nothing.
 */
export function noteArrivals(app: App, { about }: Pick<Gateway, "about">, { clock, wallClock }: Clocks): void {
  app.decorateRequest("untilFromArrival");
  app.addHook("onRequest", (request, _, done) => {
    if (request.headers[header] === undefined) return done();
    const arrived = wallClock();
    const since = clock.now();
    const trusted = about.clockTrusted();
    request.untilFromArrival = (time) => () => {
      if (!trusted)
        throw new ClockUntrustedError(
          "nobody knows whether start-by is over, as this machine's clock is not known to be right: ask again when it is",
        );
      const left = time - arrived - (clock.now() - since);
      if (left > 0) return left;
      throw new StartByOverError(`start-by was over ${formatDuration(Math.ceil(-left))} ago: nothing was done`);
    };
    done();
  });
}

/**
 * What `Start-By` leaves, in milliseconds, to be asked when it is about to be requested: throws `StartByOverError` or
 * `ClockUntrustedError` then. Undefined without that header. Throws `StartByMalformedError`.
 */
export function startByOf({ headers, untilFromArrival }: FastifyRequest): (() => number) | undefined {
  return untilFromArrival?.(readStartBy(String(headers[header])));
}
