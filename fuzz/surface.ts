import type { TSchema } from "typebox";

/** A route as the gateway that is tried tells of it. */
export interface ToldRoute {
  readonly method: string;
  /** With its parameters, as in `/:thing/:affordance`. */
  readonly url: string;
  readonly query?: TSchema | undefined;
}

export type Json = Readonly<Record<string, unknown>>;

/** Something that can be asked for. */
export interface Operation {
  readonly method: string;
  /** Its route: what it is counted under. */
  readonly url: string;
  /** Its names filled in. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, schema: TSchema])[];
  readonly body: TSchema | undefined;
}

/** What a gateway offers, and so what is tried on it. */
export interface Surface {
  readonly things: readonly string[];
  /** By route, so that one with many Things is not asked for more often than others. */
  readonly routes: readonly {
    readonly url: string;
    readonly weight: number;
    readonly operations: readonly Operation[];
  }[];
}

/** They stand in requests, which a seed decides, for what only the gateway can know; as long as what takes their place. */
export const placeholders = {
  id: "00000000-0000-4000-8000-00000000f001",
  blob_id: "00000000-0000-4000-8000-00000000f002",
  event: "00000000f003-1",
  lease: "9000000004",
} as const;

/** Large answers, which would be all that a gateway is busy with. */
const heavy = /^\/(docs|openapi\.json|thing_descriptions|gateway\/(directory|history)|things\/$|$)/;

function weightOf(method: string, url: string): number {
  // Else the bench would be stopped, or broken, most of the time.
  if (method === "POST" && url.startsWith("/emergency_stop")) return 0.02;
  if (url.includes(":fault")) return 0.3;
  if (heavy.test(url)) return 0.04;
  if (url.includes(":thing")) return ["POST", "PUT"].includes(method) ? 8 : 2;
  return 1;
}

interface Described {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly actions?: Readonly<Record<string, { readonly input?: TSchema }>>;
  readonly events?: Json;
  readonly "benchd:streams"?: Json;
}

interface Documents {
  readonly routes: readonly ToldRoute[];
  readonly openapi: { readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>> };
  readonly things: Readonly<Record<string, Described>>;
  /** Of each Thing, what can go wrong with its twin. */
  readonly faults: Readonly<Record<string, Readonly<Record<string, { readonly input?: TSchema }>>>>;
  readonly interlocks: readonly string[];
}

/** All that can be asked for by the routes, the OpenAPI document and the Thing Descriptions of a gateway. */
export function surfaceOf({ routes, openapi, things, faults, interlocks }: Documents): Surface {
  const names = Object.keys(things);
  const bodyOf = (method: string, url: string, path: string, filled: Filled): TSchema | undefined => {
    const { thing = "", affordance, property = affordance ?? "", action = affordance ?? "", fault } = filled;
    if (fault !== undefined) return faults[thing]?.[fault]?.input;
    const ofThing = things[thing]?.properties?.[property] ?? things[thing]?.actions?.[action]?.input;
    const templates = [path, url.replaceAll(/:(\w+)/g, "{$1}")].map(
      (one) => openapi.paths[one]?.[method.toLowerCase()],
    );
    return ofThing ?? templates.map(schemaIn).find((schema) => schema !== undefined);
  };
  const valuesOf =
    (method: string, url: string) =>
    (name: string, { thing = "" }: Filled): readonly string[] => {
      const { properties = {}, actions = {}, events = {}, "benchd:streams": streams = {} } = things[thing] ?? {};
      const of: Readonly<Record<string, readonly string[]>> = {
        thing: names,
        affordance:
          method === "PUT" || url.endsWith("/reset")
            ? Object.keys(properties)
            : [method === "POST" ? {} : properties, actions, streams].flatMap(Object.keys),
        property: Object.keys(properties),
        action: Object.keys(actions),
        event: Object.keys(events),
        fault: Object.keys(faults[thing] ?? {}),
        interlock: interlocks,
        id: [placeholders.id],
        prompt: [placeholders.id],
        blob_id: [placeholders.blob_id],
        urn: names.map((one) => `urn:benchd:none:${one}`),
      };
      return of[name] ?? ["x"];
    };
  return {
    things: names,
    routes: routes.map(({ method, url, query }) => ({
      url: `${method} ${url}`,
      weight: weightOf(method, url),
      operations: fillings(url, valuesOf(method, url)).map(({ path, filled }) => ({
        ...{ method, url, path },
        query: Object.entries((query as Described | undefined)?.properties ?? {}),
        body: bodyOf(method, url, path, filled),
      })),
    })),
  };
}

type Filled = Readonly<Record<string, string>>;

/** A path for each combination of what its parameters may be. */
function fillings(url: string, valuesOf: (name: string, filled: Filled) => readonly string[]) {
  let all: readonly { readonly path: string; readonly filled: Filled }[] = [{ path: url, filled: {} }];
  for (const [parameter, name = ""] of url.matchAll(/:(\w+)/g))
    all = all.flatMap(({ path, filled }) =>
      valuesOf(name, filled).map((value) => ({
        path: path.replace(parameter, encodeURIComponent(value)),
        filled: { ...filled, [name]: value },
      })),
    );
  return all.map(({ path, filled }) => ({ path: path.replace("*", "swagger-ui.css"), filled }));
}

function schemaIn(operation: Json | undefined): TSchema | undefined {
  const body = operation?.["requestBody"] as { readonly content?: Readonly<Record<string, Json>> } | undefined;
  return body?.content?.["application/json"]?.["schema"] as TSchema | undefined;
}
