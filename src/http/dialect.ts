import type { App } from "./view.ts";

/** In whose words a client is answered: those of LabThings, or those of the W3C's Web of Things. */
export type Dialect = "labthings" | "wot";

declare module "fastify" {
  interface FastifyRequest {
    /** Told by the path alone, so that whatever refuses a request knows it, before there is a route. */
    readonly dialect: Dialect;
  }
}

export function tellDialects(app: App, prefix: string): void {
  app.decorateRequest("dialect", {
    getter() {
      return dialectAt(this.url, prefix);
    },
  });
}

/** `/things/` itself is LabThings' list; below it, and where Things are discovered, the Web of Things begins. */
export function dialectAt(target: string, prefix: string): Dialect {
  const path = pathIn(target);
  const things = `${prefix}/things/`;
  const below = path.length > things.length && path.startsWith(things);
  return below || /^\/(gateway\/directory|\.well-known\/wot)(\/|$)/.test(path) ? "wot" : "labthings";
}

/** What LabThings does not have: there its own words for what is not found, which tell nothing, need not do. */
export const isOurs = (target: string): boolean => /^\/(events|gateway|mock)(\/|$)/.test(pathIn(target));

/** The path of a request line, of which nothing else is known: it may name a host, or be no URL at all. */
export function pathIn(target: string): string {
  const local = target.replace(/^[a-z]+:\/\/[^/?]*/i, "");
  const query = local.indexOf("?");
  return query === -1 ? local : local.slice(0, query);
}
