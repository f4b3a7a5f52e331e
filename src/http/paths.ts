import type { RouteOptions } from "fastify";
import type { Gateway } from "../gateway/gateway.ts";
import type { Thing } from "../thing/thing.ts";
import type { Sight } from "./access/sight.ts";
import { actionOf, eventOf, methodsOf, propertyOf } from "./affordance.ts";

/** Where a URL pattern and a path meet: its parameters by name. */
type Params = Readonly<Record<string, string>>;

/** Which paths there are, for whom, beyond what the router knows: that of a Thing, only while somebody may read it. */
export class Paths {
  readonly #routes: readonly RouteOptions[];
  readonly #mockFaults: Gateway["mockFaults"];

  /** `routes` may grow. */
  constructor(routes: readonly RouteOptions[], { mockFaults }: Pick<Gateway, "mockFaults">) {
    this.#routes = routes;
    this.#mockFaults = mockFaults;
  }

  /** The methods that a path answers to; none where nothing is. */
  methodsAt(path: string, sight: Sight): readonly string[] {
    for (const url of mostSpecificFirst(this.#routes)) {
      const params = match(url, path);
      if (params && this.#exists(params, sight)) return this.#methodsIn(url, params, sight);
    }
    return [];
  }

  #exists({ thing, fault, ...names }: Params, { things }: Sight): boolean {
    if (thing === undefined) return true;
    const found = things.get(thing);
    if (!found || (fault !== undefined && !this.#mockFaults?.has(thing, fault))) return false;
    return Object.entries(names).every(([sort, name]) => offered[sort]?.(found, name) ?? true);
  }

  #methodsIn(url: string, params: Params, { things }: Sight): readonly string[] {
    const thing = params["thing"] === undefined ? undefined : things.get(params["thing"]);
    const last = /:(?:affordance|property)$/.test(url) ? (params["affordance"] ?? params["property"]) : undefined;
    if (thing && last !== undefined) return methodsOf(thing, last);
    return this.#routes.filter((route) => route.url === url).flatMap(({ method }) => method);
  }
}

const mostSpecificFirst = (routes: readonly RouteOptions[]) =>
  [...new Set(routes.map(({ url }) => url))].sort((a, b) => a.split(":").length - b.split(":").length);

function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, word] of wanted.entries()) {
    const part = parts[i] ?? "";
    if (!word.startsWith(":")) {
      if (word !== part) return undefined;
    } else if (part === "") return undefined;
    else params[word.slice(1)] = part;
  }
  return params;
}

/** What the name of a parameter says of a Thing; others say nothing of it. */
const offered: Readonly<Record<string, (thing: Thing, name: string) => boolean>> = {
  affordance: (thing, name) => methodsOf(thing, name).length > 0,
  property: (thing, name) => propertyOf(thing, name) !== undefined,
  action: (thing, name) => actionOf(thing, name) !== undefined,
  event: (thing, name) => eventOf(thing, name) !== undefined,
};
