import type { RouteOptions } from "fastify";
import type { ActionAffordance, PropertyAffordance, StreamAffordance } from "../../thing/affordance.ts";
import type { Thing } from "../../thing/thing.ts";
import { type TSchema, Type } from "../../typebox.ts";
import { exampleOf } from "./example.ts";
import { sentHeaders } from "./headers.ts";
import { ref } from "./invocation-schemas.ts";
import type { Json } from "./json.ts";
import { common, queryParameters, requestBody } from "./operation.ts";
import { type RefusalStatus, refused, response } from "./responses.ts";

/** An operation on one affordance of one Thing. */
export interface Concrete {
  /** Below the prefix. */
  readonly path: string;
  readonly method: "get" | "put" | "post";
  /** What generated clients call it, and a name that is surely no other's. */
  readonly id: string;
  readonly exactId: string;
  readonly operation: Json;
}

/** The parametric routes that become concrete, where they exist. */
export interface AffordanceRoutes {
  readonly read?: RouteOptions | undefined;
  readonly write?: RouteOptions | undefined;
  readonly reset?: RouteOptions | undefined;
  readonly invoke?: RouteOptions | undefined;
}

type Operated = Omit<Concrete, "operation"> & { readonly route: RouteOptions | undefined; readonly tells: Json };

const throughDevice: readonly RefusalStatus[] = [500, 502, 503, 504];
const changing: readonly RefusalStatus[] = [400, 403, 404, 409, 422, 507];
const withBody: readonly RefusalStatus[] = [413, 415];
const underWhom = sentHeaders(["IdempotencyKey", "LeaseNumber"]);

/** Every affordance of a Thing, each with its own schemas. */
export function thingPaths(thing: Thing, routes: AffordanceRoutes): readonly Concrete[] {
  const { properties = {}, streams = {} } = thing.definition;
  const all = [
    ...Object.entries<PropertyAffordance>(properties).flatMap(([name, one]) => property(thing.name, name, one, routes)),
    ...Object.entries<StreamAffordance>(streams).map(([name, one]) => stream(thing.name, name, one, routes)),
    ...Object.entries(thing.actions).flatMap(([name, one]) => action(thing.name, name, one, routes)),
  ];
  return all.flatMap(({ route, tells, ...rest }) =>
    route ? [{ ...rest, operation: { tags: [thing.name], "x-scope": common(route)["x-scope"], ...tells } }] : [],
  );
}

function property(thing: string, name: string, affordance: PropertyAffordance, routes: AffordanceRoutes): Operated[] {
  const { title, description, schema, readOnly } = affordance;
  const path = `/${thing}/${name}`;
  const example = exampleOf(schema);
  const told = more(title, description);
  const value = { description: "Its value", schema, example };
  const reading: Operated = {
    ...{ path, method: "get", route: routes.read, id: `${thing}_read_${name}`, exactId: `${thing}.${name}.read` },
    tells: {
      ...{ summary: title, ...told },
      responses: { 200: response(value), ...refused(403, 404, ...throughDevice, 507) },
    },
  };
  if (readOnly) return [reading];
  const writing: Operated = {
    ...{ path, method: "put", route: routes.write, id: `${thing}_write_${name}`, exactId: `${thing}.${name}.write` },
    tells: {
      ...{ summary: `Write: ${title}`, ...told, parameters: underWhom },
      requestBody: requestBody(schema, true, example),
      responses: {
        201: response({ description: "Written", schema: Type.Null(), headers: ["IdempotentReplayed"] }),
        ...refused(...changing, ...withBody, ...throughDevice),
      },
    },
  };
  if (!("default" in schema)) return [reading, writing];
  const resetting: Operated = {
    ...{ path: `${path}/reset`, method: "post", route: routes.reset },
    ...{ id: `${thing}_reset_${name}`, exactId: `${thing}.${name}.reset` },
    tells: {
      ...{ summary: `Write its default (${JSON.stringify(schema.default)}): ${title}`, parameters: underWhom },
      responses: {
        200: response({ description: "Written", schema: Type.Null(), headers: ["IdempotentReplayed"] }),
        ...refused(...changing, ...throughDevice),
      },
    },
  };
  return [reading, writing, resetting];
}

function stream(thing: string, name: string, affordance: StreamAffordance, { read }: AffordanceRoutes): Operated {
  const { title, description, contentType } = affordance;
  const frames = Type.String({ contentMediaType: contentType });
  const multipart = contentType.startsWith("image/") && { "multipart/x-mixed-replace": frames };
  return {
    ...{ path: `/${thing}/${name}`, method: "get", route: read },
    ...{ id: `${thing}_watch_${name}`, exactId: `${thing}.${name}.watch` },
    tells: {
      ...{ summary: title, ...more(title, description) },
      parameters: queryParameters(querystring(read), (one) => one === "frames"),
      responses: {
        200: response({ description: "Frames as they come", content: { ...multipart, [contentType]: frames } }),
        ...refused(403, 404, 422, 503),
      },
    },
  };
}

function action(thing: string, name: string, affordance: ActionAffordance, routes: AffordanceRoutes): Operated[] {
  const { title, description, input, output } = affordance;
  const path = `/${thing}/${name}`;
  const invoking: Operated = {
    ...{ path, method: "post", route: routes.invoke, id: `${thing}_${name}`, exactId: `${thing}.${name}` },
    tells: {
      ...{ summary: title, ...more(title, description) },
      // Whoever presses stop means now: it looks at no key, and asks for no lease.
      parameters: sentHeaders(name === "stop" ? ["Prefer"] : ["Prefer", "IdempotencyKey", "LeaseNumber"]),
      ...(input && {
        requestBody: requestBody(named(`${thing}_${name}_input`, input), !takesNothing(input), exampleOf(input)),
      }),
      responses: {
        201: invocationResponse(output),
        ...refused(...changing, ...withBody, 503),
      },
    },
  };
  const listing: Operated = {
    ...{ path, method: "get", route: routes.read },
    ...{ id: `${thing}_list_${name}`, exactId: `${thing}.${name}.list` },
    tells: {
      summary: `Its invocations: ${title}`,
      parameters: queryParameters(querystring(routes.read), (one) => one !== "frames"),
      responses: {
        200: response({ description: "A page of them", schema: Type.Array(ref("InvocationEntry")), headers: ["Link"] }),
        ...refused(403, 404, 422),
      },
    },
  };
  return [invoking, listing];
}

function invocationResponse(output: TSchema | undefined): Json {
  const itsOwn = output && Type.Object({ output: Type.Union([output, Type.Null()]) });
  return {
    ...response({
      description: "It is accepted, and may have ended already",
      schema: itsOwn ? Type.Intersect([ref("Invocation"), itsOwn]) : ref("Invocation"),
      headers: ["Location", "PreferenceApplied", "IdempotentReplayed"],
    }),
    links: { poll: { $ref: "#/components/links/poll" }, cancel: { $ref: "#/components/links/cancel" } },
  };
}

/** Some say the same twice. */
const more = (title: string, description: string | undefined): Json =>
  description === undefined || description === title ? {} : { description };

const querystring = (route: RouteOptions | undefined) => route?.schema?.querystring as TSchema | undefined;

/** Makers of clients call what stands inside an operation by its title. */
const named = (title: string, schema: TSchema): TSchema => ("title" in schema ? schema : { ...schema, title });

/** Nothing at all is good enough where every field has a default. */
function takesNothing(input: TSchema): boolean {
  const { required = [], properties = {} } = input as {
    readonly required?: readonly string[];
    readonly properties?: Readonly<Record<string, TSchema>>;
  };
  return required.every((name) => "default" in (properties[name] ?? {}));
}
