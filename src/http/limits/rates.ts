import type { FastifyRequest } from "fastify";
import type { Clock } from "../../clock.ts";
import { RateExceededError } from "../../errors.ts";
import type { Identify } from "../access/identify.ts";
import type { App } from "../view.ts";
import { addressKey, localhost } from "./address.ts";
import type { Bites } from "./bites.ts";
import { Decaying } from "./decaying.ts";
import type { LiveLimits } from "./live.ts";
import { isNeverLimited } from "./unlimited.ts";

interface Rate {
  readonly clock: Clock;
  readonly bites: Bites;
  readonly limits: LiveLimits;
}

/** So much may come at once, as programs do not ask evenly. */
const burstMs = 2000;
const minuteMs = 60_000;

/**
 * Tell whoever asks too often to wait, but never who stops something. Without tokens this machine is one client, which
 * everybody at it shares: it is limited only where somebody has said how much.
 */
export function limitRequests(app: App, { clock, bites, limits }: Rate): void {
  const asked = new Decaying(clock, () => (limits.requestsPerSecond * burstMs) / 1000, burstMs);
  app.addHook("onRequest", (request, _, done) => {
    const { key = "" } = request.principal;
    if ((key === localhost && !limits.ownRequests) || isNeverLimited(request)) return done();
    const waitMs = asked.count(key);
    if (waitMs === 0) return done();
    bites.note("requests", request.principal.name);
    throw exceeded(`that is more than ${limits.requestsPerSecond} requests in a second`, waitMs);
  });
}

/** Tell an address from which too many ask without a right token to wait; whoever has one is let in all the same. */
export function limitFailures(identify: Identify, { clock, bites, limits }: Rate): Identify {
  const failed = new Decaying(clock, () => limits.failuresPerMinute, minuteMs);
  return (request) => {
    const principal = identify(request);
    if (principal || needsNone(request)) return principal;
    const from = addressKey(request.ip);
    const waitMs = failed.count(from);
    if (waitMs === 0) return undefined;
    bites.note("failures", from);
    throw exceeded(`that is more than ${limits.failuresPerMinute} requests without a right token in a minute`, waitMs);
  };
}

/** Who shows no token where none is needed has not failed, and nobody is kept from a stop that is anybody's. */
const needsNone = (request: FastifyRequest): boolean =>
  request.routeOptions.config.withoutToken === true &&
  (request.headers.authorization === undefined || isNeverLimited(request));

function exceeded(what: string, waitMs: number): RateExceededError {
  const seconds = Math.ceil(waitMs / 1000);
  return new RateExceededError(`${what}: wait ${seconds} s`, seconds);
}
