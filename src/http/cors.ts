import cors from "@fastify/cors";
import type { RouteOptions } from "fastify";
import type { ListedOrigins } from "./other-sites.ts";
import type { App } from "./view.ts";

/** What a page may send beside what any page may. */
const allowedHeaders = [
  ...["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Lease-Number", "Prefer", "Start-By"],
  ...["If-Match", "If-None-Match", "If-Range", "Range"],
];

/** What a page may read beside what any page may. */
const exposedHeaders = [
  ...["ETag", "Idempotent-Replayed", "Link", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate"],
  ...["Accept-Ranges", "Allow", "Content-Disposition", "Content-Range"],
];

/** For how long a browser need not ask again whether a page may; seconds. */
const maxAge = 600;

/** Where all preflights end, of pages that are not listed too: nothing that anybody could ask for. */
export const isPreflight = ({ url }: Pick<RouteOptions, "url">): boolean => url === "*";

/**
 * Let the pages of these origins, and no others, read what they are answered (CORS). Whether they may is asked by their
 * browser, which has no token. Nothing ambient is ever let through: what they may do is their token's.
 */
export async function admitOrigins(app: App, listed: ListedOrigins): Promise<void> {
  if (listed.none) return;
  await app.register(cors, {
    origin: (origin, tell) => tell(null, listed.has(origin) && origin !== undefined ? origin : false),
    methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    ...{ allowedHeaders, exposedHeaders, maxAge },
    credentials: false,
    // Whatever asks is answered, as everywhere.
    strictPreflight: false,
  });
}
