import type { FastifyRequest } from "fastify";
import { refuse } from "../answer.ts";
import type { App } from "../view.ts";

/** A token or a session of ours, or most of one. */
const ours = /benchd_[0-9a-z]{12}_[\w-]{20,}/gi;
/** As others have it; its value may be anybody's. */
const parameter = /([?&;](?:access_?token|auth_?token|token|bearer|authorization|api_?key)=)[^&;#]*/gi;

/** Where none of these stands there is none; most addresses have nothing of the kind. */
const suspicious = /[?&;%]|benchd_/i;

const hidden = "…";

/** What may be logged of a URL: nothing that opens anything. */
export function urlForLog(url: string): string {
  if (!suspicious.test(url)) return url;
  const plain = decoded(url);
  const told = plain.replaceAll(ours, hidden).replaceAll(parameter, `$1${hidden}`);
  return told === plain ? url : told;
}

const refusal =
  "A token does not belong into an address, which others may read: send it in the Authorization header. " +
  "If it was one that holds, have it revoked and another made.";

/** Refuse what names a token where every proxy, log and history keeps it. Nobody is to get used to that. */
export function refuseTokensInUrls(app: App): void {
  app.addHook("onRequest", (request, reply, done) => {
    // Nothing that is wrong with a request may keep anybody from stopping.
    if (urlForLog(request.url) === request.url || isStop(request)) return done();
    request.log.warn(
      { method: request.method, url: request.url, ip: request.ip },
      "a request had a token in its address",
    );
    refuse(reply, 400, refusal);
  });
}

/** Once, and whatever else is wrong with it. */
const decoded = (url: string): string =>
  url.replaceAll(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const isStop = ({ method, routeOptions }: FastifyRequest): boolean =>
  method === "POST" && routeOptions.url !== undefined && /^\/emergency_stop\/?$/.test(routeOptions.url);
