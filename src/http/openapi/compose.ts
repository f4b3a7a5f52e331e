import type { RouteOptions } from "fastify";
import type { Thing } from "../../thing/thing.ts";
import { gatewaySchemas } from "./gateway-schemas.ts";
import { headerParameters, headers } from "./headers.ts";
import { invocationSchemas } from "./invocation-schemas.ts";
import { type Json, mapTable } from "./json.ts";
import { operationOf, pathOf } from "./operation.ts";
import { responses } from "./responses.ts";
import { answerSchema } from "./schema-words.ts";
import { secured, security, securitySchemes } from "./secured.ts";
import { tags } from "./tags.ts";
import { thingPaths } from "./thing-paths.ts";
import { leftOut, told } from "./told.ts";
import { viewSchemas } from "./view-schemas.ts";

export interface Document extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Json>>;
}

export interface Parts {
  /** Every route there is. */
  readonly routes: readonly RouteOptions[];
  readonly things: readonly Thing[];
  /** Whether a client has to say who it is; not unless told. */
  readonly tokens?: boolean;
  /** Before the paths of the Things. */
  readonly prefix: string;
  /** Of benchd. */
  readonly version: string;
}

const about = [
  "Every Thing of this bench with its own properties and actions, as they are now: an action `stop` appears when the",
  "device is open. HEAD is answered wherever GET is. `x-scope` tells what a client has to be allowed to do, `x-unit` the",
  "unit of a number, in UCUM.",
].join(" ");

/** The OpenAPI document of what there is. */
export function compose({ routes, things, tokens = false, prefix, version }: Parts): Document {
  const paths = new Paths();
  const names = things.map(({ name }) => name);
  const byKey = new Map(
    routes.flatMap((route) => methodsOf(route).map((method) => [keyOf(method, route, prefix), route])),
  );
  const concrete = things.flatMap((thing) =>
    thingPaths(thing, {
      read: byKey.get("GET /:thing/:affordance"),
      write: byKey.get("PUT /:thing/:affordance"),
      reset: byKey.get("POST /:thing/:affordance/reset"),
      invoke: byKey.get("POST /:thing/:affordance"),
    }),
  );
  for (const [key, route] of byKey) {
    const [method = "", url = ""] = key.split(" ");
    if (method === "HEAD" || isLeftOut(key)) continue;
    paths.add(pathOf(route.url), method.toLowerCase(), operationOf({ route, url, method }, told[key], names));
  }
  const taken = taker([...paths.ids, ...concrete.map(({ id }) => id)]);
  for (const { path, method, id, exactId, operation } of concrete)
    paths.add(`${prefix}${path}`, method, { operationId: taken(id) ? exactId : id, ...operation });
  const all = tokens ? secured(paths.all) : paths.all;
  return {
    openapi: "3.1.0",
    info: { title: "benchd", version, description: about, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/", description: "Where this document was found" }],
    security: security(tokens),
    tags: tags(things, paths.tags),
    paths: all,
    components: {
      schemas: mapTable({ ...invocationSchemas, ...gatewaySchemas, ...viewSchemas }, answerSchema),
      ...usedIn(all),
      ...(tokens && { securitySchemes }),
      links: {
        poll: { operationId: "get_invocation", parameters: { id: "$response.body#/id" } },
        cancel: { operationId: "cancel_invocation", parameters: { id: "$response.body#/id" } },
      },
    },
  };
}

/** What a route is known by in our tables. */
export const keyOf = (method: string, { url }: RouteOptions, prefix: string): string =>
  `${method} ${prefix !== "" && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url}`;

export const methodsOf = ({ method }: RouteOptions): readonly string[] => [method].flat();

export const isLeftOut = (key: string): boolean =>
  Object.keys(leftOut).some((one) => (one.endsWith("*") ? key.startsWith(one.slice(0, -1)) : one === key));

/** Of what several may share, as much as somebody does: the routes are not the same everywhere. */
function usedIn(paths: Document["paths"]): Readonly<Record<string, Json>> {
  let text = JSON.stringify(paths);
  const used = (kind: string, table: Json) => {
    const kept = Object.entries(table).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`));
    text += JSON.stringify(kept);
    return Object.fromEntries(kept);
  };
  return {
    responses: used("responses", responses),
    headers: used("headers", headers),
    parameters: used("parameters", headerParameters),
  };
}

/** Whether a name is wanted by more than one: then all of them go by their exact names, whichever comes first. */
function taker(ids: readonly string[]): (id: string) => boolean {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (id) => (counts.get(id) ?? 0) > 1;
}

class Paths {
  readonly all: Record<string, Record<string, Json>> = {};
  readonly ids: string[] = [];
  readonly tags = new Set<string>();

  add(path: string, method: string, operation: Json): void {
    this.all[path] = { ...this.all[path], [method]: operation };
    this.ids.push(String(operation["operationId"]));
    for (const tag of operation["tags"] as readonly string[]) this.tags.add(tag);
  }
}
