import type { FastifyRequest } from "fastify";
import { isFromForeignPage } from "./host.ts";

/** The pages that may use this gateway although they come from elsewhere, by their exact origins. */
export class ListedOrigins {
  readonly #all: ReadonlySet<string>;

  /** In any spelling of the scheme, name and port; what has no origin of its own is no page. */
  constructor(origins: readonly string[]) {
    const known = origins.filter((text) => URL.canParse(text)).map((text) => new URL(text).origin);
    this.#all = new Set(known.filter((origin) => origin !== "null"));
  }

  get none(): boolean {
    return this.#all.size === 0;
  }

  /** Browsers send it in one spelling; in any other it comes from no page. */
  has(origin: string | undefined): boolean {
    return origin !== undefined && this.#all.has(origin);
  }
}

type Asking = Pick<FastifyRequest, "method" | "headers">;

/**
 * Whether a browser sends this for a page that is neither ours nor listed. Somebody who follows a link to us comes from a
 * page elsewhere, too, but sees what he gets, and that page does not.
 */
export const isFromOtherSite = (request: Asking, listed: ListedOrigins): boolean =>
  isFromForeignPage(request.headers) && !listed.has(request.headers.origin) && !followsLink(request);

/** What is fetched before anybody has followed a link may be a stream, which nobody would see. */
function followsLink({ method, headers }: Asking): boolean {
  const reads = (method === "GET" || method === "HEAD") && headers.upgrade === undefined;
  const shown = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return reads && shown && headers["sec-purpose"] === undefined;
}
