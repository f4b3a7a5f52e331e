import { createHash } from "node:crypto";
import type { RouteOptions } from "fastify";
import type { Thing } from "../../thing/thing.ts";
import type { App, View } from "../view.ts";
import { compose } from "./compose.ts";

interface Composed {
  /** The Things, and whether each had an action `stop`: what a document depends on. */
  readonly of: readonly (readonly [Thing, boolean])[];
  readonly text: string;
  readonly etag: string;
}

/** The document of what there is now: composed when it is asked for, and again when that is not the same any more. */
export class OpenApi {
  readonly #view: Pick<View, "gateway" | "prefix">;
  readonly #routes: readonly RouteOptions[];
  #last: Composed | undefined;

  constructor(view: Pick<View, "gateway" | "prefix">, routes: readonly RouteOptions[]) {
    this.#view = view;
    this.#routes = routes;
  }

  get(): Composed {
    const { gateway, prefix } = this.#view;
    const of = [...gateway.things.values()].map((thing) => [thing, Object.hasOwn(thing.actions, "stop")] as const);
    if (this.#last && same(this.#last.of, of)) return this.#last;
    const things = of.map(([thing]) => thing);
    const document = compose({ routes: this.#routes, things, prefix, version: gateway.version });
    const text = JSON.stringify(document);
    const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
    this.#last = { of, text, etag };
    return this.#last;
  }
}

const same = (a: Composed["of"], b: Composed["of"]): boolean =>
  a.length === b.length && a.every(([thing, stops], i) => thing === b[i]?.[0] && stops === b[i]?.[1]);

/** `/openapi.json`: what makers of clients, and `/docs`, read. */
export function openApi(app: App, documents: OpenApi): void {
  app.get(
    "/openapi.json",
    { config: { scope: "read" }, schema: { summary: "This interface as an OpenAPI 3.1 document" } },
    async (request, reply) => {
      const { text, etag } = documents.get();
      // To be asked for again each time: the Things may be others by then.
      reply.headers({ etag, "cache-control": "no-cache" });
      const known = request.headers["if-none-match"]?.split(/\s*,\s*/) ?? [];
      if (known.some((one) => one === "*" || one.replace(/^W\//, "") === etag)) return reply.code(304).send();
      return reply.header("content-type", "application/json").serializer(String).send(text);
    },
  );
}
