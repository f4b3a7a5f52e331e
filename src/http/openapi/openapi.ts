import type { RouteOptions } from "fastify";
import type { Thing } from "../../thing/thing.ts";
import type { Sight } from "../access/sight.ts";
import { sendTagged, tagOfText } from "../tagged.ts";
import type { App, View } from "../view.ts";
import { compose } from "./compose.ts";

type Told = Pick<View, "gateway" | "prefix" | "auth">;

interface Composed {
  /** The Things, and whether each had an action `stop`: what a document depends on. */
  readonly of: readonly (readonly [Thing, boolean])[];
  readonly text: string;
  readonly etag: string;
}

/** So many documents are kept, for those who may read different Things. */
const maxKept = 16;

/** The document of what there is now: composed when it is asked for, and again when that is not the same any more. */
export class OpenApi {
  readonly #view: Told;
  readonly #routes: readonly RouteOptions[];
  /** By what one may read; those asked for lately last. */
  readonly #kept = new Map<string, Composed>();

  constructor(view: Told, routes: readonly RouteOptions[]) {
    this.#view = view;
    this.#routes = routes;
  }

  /** As far as it exists for somebody. */
  for({ key, things }: Pick<Sight, "key" | "things">): Composed {
    const of = [...things.values()].map((thing) => [thing, Object.hasOwn(thing.actions, "stop")] as const);
    const known = this.#kept.get(key);
    const document = known && same(known.of, of) ? known : this.#compose(of);
    this.#kept.delete(key);
    this.#kept.set(key, document);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    return document;
  }

  #compose(of: Composed["of"]): Composed {
    const { gateway, prefix, auth } = this.#view;
    const things = of.map(([thing]) => thing);
    const tokens = auth === "tokens";
    const document = compose({ routes: this.#routes, things, tokens, prefix, version: gateway.version });
    const text = JSON.stringify(document);
    return { of, text, etag: tagOfText(text) };
  }
}

const same = (a: Composed["of"], b: Composed["of"]): boolean =>
  a.length === b.length && a.every(([thing, stops], i) => thing === b[i]?.[0] && stops === b[i]?.[1]);

/** `/openapi.json`: what makers of clients, and `/docs`, read. */
export function openApi(app: App, documents: OpenApi): void {
  app.get(
    "/openapi.json",
    { config: { scope: "read", over: "visible" }, schema: { summary: "This interface as an OpenAPI 3.1 document" } },
    async (request, reply) => {
      const { text, etag } = documents.for(request.sight);
      return sendTagged(reply, { etag, text: () => text });
    },
  );
}
