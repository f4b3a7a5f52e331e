import type { RouteOptions } from "fastify";
import { exampleOf } from "../../example.ts";
import type { TSchema } from "../../typebox.ts";
import { sentHeaders } from "./headers.ts";
import { type Json, mapTable } from "./json.ts";
import { type RefusalStatus, refused, response, wotRefused } from "./responses.ts";
import { answerSchema, bodySchema } from "./schema-words.ts";
import { tagOf, webOfThings } from "./tags.ts";
import type { Told } from "./told/told.ts";

/** What every operation says: who may ask for it, and that not every page and Host may. */
export const common = ({ config, schema }: RouteOptions): Json => ({
  summary: schema?.summary ?? "",
  "x-scope": config?.scope,
});

/** An operation as its route tells it, with what is told of it beside. `things` are the names that there are. */
export function operationOf(
  { route, url, method }: { readonly route: RouteOptions; readonly url: string; readonly method: string },
  told: Told | undefined,
  things: readonly string[],
): Json {
  const tag = tagOf(url);
  const query = (route.schema?.querystring ?? told?.query) as TSchema | undefined;
  const parameters = [
    ...pathParameters(url, route.schema?.params as TSchema | undefined, things),
    ...queryParameters(query),
    ...sentHeaders(told?.headers ?? []),
  ];
  const answers: Json = told ? mapTable(told.answers, response) : { "2XX": { description: "Done" } };
  return {
    operationId: told?.id ?? idOf(method, url),
    tags: [tag],
    ...common(route),
    ...(told?.description !== undefined && { description: told.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(told?.body && { requestBody: requestBody(told.body, false, exampleOf(told.body)) }),
    responses: {
      ...(tag === webOfThings ? wotRefused : refused(...refusalsOf(method, url, query, told))),
      ...answers,
    },
  };
}

export function requestBody(schema: TSchema, required: boolean, example?: unknown): Json {
  const content = { schema: bodySchema(schema), ...(example !== undefined && { example }) };
  return { required, content: { "application/json": content } };
}

/** Those that come of the way the request is made, and those that are told. */
function refusalsOf(method: string, url: string, query: TSchema | undefined, told: Told | undefined) {
  const found = new Set<RefusalStatus>([403, ...(told?.refusals ?? [])]);
  if (url.includes(":")) found.add(404);
  if (query || told?.body || url.includes(":id")) found.add(422);
  if (told?.body || (!told && (method === "PUT" || method === "POST")))
    for (const status of [413, 415] as const) found.add(status);
  return found;
}

/** For routes that nothing is told of: `GET /action_invocations/:id` is `get_action_invocations_by_id`. */
function idOf(method: string, url: string): string {
  const words = url
    .replaceAll(/:(\w+)/g, "by_$1")
    .split(/[^a-z0-9_]+/i)
    .filter(Boolean);
  return [method.toLowerCase(), ...words].join("_");
}

export const pathOf = (url: string): string => url.replaceAll(/:(\w+)/g, "{$1}").replace(/\*$/, "{path}");

function pathParameters(url: string, params: TSchema | undefined, things: readonly string[]): readonly Json[] {
  const schemas = fieldsOf(params);
  return [...pathOf(url).matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const known = answerSchema(schemas[name] ?? ({ type: "string" } as TSchema));
    const schema = name === "thing" && things.length > 0 ? { ...known, enum: things } : known;
    return { name, in: "path", required: true, schema };
  });
}

/** Those of a query, or some of them. */
export function queryParameters(query: TSchema | undefined, wanted = (_name: string) => true): readonly Json[] {
  const entries = Object.entries(fieldsOf(query)).filter(([name]) => wanted(name));
  return entries.map(([name, field]) => {
    const { description, ...schema } = answerSchema(field);
    return { name, in: "query", required: false, ...(description !== undefined && { description }), schema };
  });
}

const fieldsOf = (schema: TSchema | undefined) =>
  (schema as { readonly properties?: Readonly<Record<string, TSchema>> } | undefined)?.properties ?? {};
