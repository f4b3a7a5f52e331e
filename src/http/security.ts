import type { Socket } from "node:net";
import type { FastifyRequest } from "fastify";
import { refuse } from "./answer.ts";
import { KnownHosts } from "./host.ts";
import { isFromOtherSite, type ListedOrigins } from "./other-sites.ts";
import type { App } from "./view.ts";

export interface SecurityOptions {
  readonly listen: { readonly host: string };
  readonly allowedHosts: readonly string[];
  readonly access?: {
    /** The origins of pages elsewhere that may use the interface; none unless told. */
    readonly origins: readonly string[];
    /** Addresses and networks of proxies, whose word on whom they ask for is taken. */
    readonly proxies: readonly string[];
  };
}

/** On every answer. A page of ours widens the content policy for itself. */
export const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

interface Refusal {
  readonly status: number;
  readonly detail: string;
}

const refusals = {
  twoHosts: { status: 400, detail: "The request names its host twice." },
  noHost: { status: 400, detail: "The request names no host, or one that cannot be read." },
  foreignHost: { status: 403, detail: "This gateway has another name: add the one you use to allowedHosts." },
  foreignPage: {
    status: 403,
    detail:
      "Pages of other sites may not operate this gateway: one that may is listed by its origin in access.origins.",
  },
} satisfies Record<string, Refusal>;

/** Refuse, before anything is read or routed, what a web page elsewhere could have sent. */
export function guardRequests(app: App, { listen, allowedHosts }: SecurityOptions, origins: ListedOrigins): void {
  const hosts = new KnownHosts([listen.host, ...allowedHosts]);
  // Asked for now it is remembered; of a connection that has ended meanwhile nobody could tell it any more.
  for (const event of ["connection", "secureConnection"])
    app.server.on(event, (socket: Socket) => socket.remoteAddress);
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(securityHeaders);
    const refusal = judge(request, hosts, origins);
    if (!refusal) return done();
    request.log.warn({ method: request.method, url: request.url, ip: request.ip }, refusal.detail);
    refuse(reply, refusal.status, refusal.detail);
  });
}

function judge(request: FastifyRequest, hosts: KnownHosts, origins: ListedOrigins): Refusal | undefined {
  if (namesTwoHosts(request.raw.rawHeaders)) return refusals.twoHosts;
  const named = [request.headers.host ?? "", ...hostInTarget(request.raw.url ?? "/")];
  for (const host of named) {
    const verdict = hosts.judge(host);
    if (verdict !== "known") return verdict === "foreign" ? refusals.foreignHost : refusals.noHost;
  }
  // A browser asks so whether a page may send something, which it then does or does not.
  if (request.method === "OPTIONS" && request.headers.upgrade === undefined) return undefined;
  return isFromOtherSite(request, origins) ? refusals.foreignPage : undefined;
}

/** A request line may name a host of its own (`GET http://host/path`), and routing goes by its path. */
function hostInTarget(target: string): readonly string[] {
  if (target.startsWith("/") || target === "*") return none;
  return [URL.canParse(target) ? new URL(target).host : ""];
}

/** Node takes the first of two Host headers; whoever stands before us may have taken the second. */
function namesTwoHosts(rawHeaders: readonly string[]): boolean {
  let found = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === "host") found++;
  }
  return found > 1;
}

const none: readonly string[] = [];
