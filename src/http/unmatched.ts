import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { Gateway } from "../gateway/gateway.ts";
import type { Thing } from "../thing/thing.ts";
import { actionOf, eventOf, methodsOf, propertyOf } from "./affordance.ts";
import { notAllowed, notFound, originOf, refuse } from "./answer.ts";
import { pathIn } from "./dialect.ts";
import type { App } from "./view.ts";

const whereThingsAre =
  "Nothing is at this address: take one from the forms of the Thing Descriptions, which are at /gateway/directory/things.";

/** Where a URL pattern and a path meet: its parameters by name. */
type Params = Readonly<Record<string, string>>;

/**
 * Answer what no route has matched: 405 where another method would do, 404, and where a slash is missing or too much
 * 307, as LabThings does; consumers of the Web of Things are sent nowhere else.
 */
export function answerUnmatched(app: App, routes: readonly RouteOptions[], gateway: Gateway): void {
  const methodsAt = (path: string): readonly string[] => {
    for (const url of mostSpecificFirst(routes)) {
      const params = match(url, path);
      if (params && exists(params, gateway)) return methodsIn(routes, url, params, gateway);
    }
    return [];
  };

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = pathIn(request.url);
    const methods = methodsAt(path);
    if (methods.length > 0) return notAllowed(reply, methods);
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    if (request.dialect === "wot") return refuse(reply, 404, whereThingsAre);
    if (!methodsAt(other).includes(request.method)) return notFound(reply);
    const query = /\?.*$/s.exec(request.url)?.[0] ?? "";
    return reply
      .code(307)
      .header("location", `${originOf(request)}${other}${query}`)
      .send();
  });
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

function exists({ thing, ...names }: Params, { things }: Gateway): boolean {
  if (thing === undefined) return true;
  const found = things.get(thing);
  return found !== undefined && Object.entries(names).every(([sort, name]) => offered[sort]?.(found, name) ?? true);
}

function methodsIn(routes: readonly RouteOptions[], url: string, params: Params, { things }: Gateway) {
  const thing = params["thing"] === undefined ? undefined : things.get(params["thing"]);
  const last = /:(?:affordance|property)$/.test(url) ? (params["affordance"] ?? params["property"]) : undefined;
  if (thing && last !== undefined) return methodsOf(thing, last);
  return routes.filter((route) => route.url === url).flatMap(({ method }) => method);
}
