import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { Gateway } from "../gateway/gateway.ts";
import { methodsOf } from "./affordance.ts";
import { notAllowed, notFound, originOf } from "./answer.ts";
import type { App } from "./view.ts";

/** Where a URL pattern and a path meet: its parameters by name. */
type Params = Readonly<Record<string, string>>;

/**
 * Answer what no route has matched: 405 where another method would do, 307 where a slash is missing or too much, as
 * LabThings does, and 404.
 */
export function answerUnmatched(app: App, routes: readonly RouteOptions[], gateway: Gateway): void {
  const methodsAt = (path: string): readonly string[] => {
    for (const url of mostSpecificFirst(routes)) {
      const params = match(url, path);
      if (params) return exists(params, gateway) ? methodsIn(routes, url, params, gateway) : [];
    }
    return [];
  };

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path, query] = split(request.url);
    const methods = methodsAt(path);
    if (methods.length > 0) return notAllowed(reply, methods);
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    if (!methodsAt(other).includes(request.method)) return notFound(reply);
    return reply
      .code(307)
      .header("location", `${originOf(request)}${other}${query}`)
      .send();
  });
}

/** Path and query of a request line, of which nothing else is known: it may name a host, or be no URL at all. */
function split(target: string): [path: string, query: string] {
  const local = target.replace(/^[a-z]+:\/\/[^/?]*/i, "");
  const query = local.indexOf("?");
  return query === -1 ? [local, ""] : [local.slice(0, query), local.slice(query)];
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

function exists({ thing, affordance }: Params, { things }: Gateway): boolean {
  if (thing === undefined) return true;
  const found = things.get(thing);
  return found !== undefined && (affordance === undefined || methodsOf(found, affordance).length > 0);
}

function methodsIn(routes: readonly RouteOptions[], url: string, params: Params, { things }: Gateway) {
  const thing = params["thing"] === undefined ? undefined : things.get(params["thing"]);
  if (thing && params["affordance"] !== undefined && url.endsWith(":affordance")) {
    return methodsOf(thing, params["affordance"]);
  }
  return routes.filter((route) => route.url === url).flatMap(({ method }) => method);
}
