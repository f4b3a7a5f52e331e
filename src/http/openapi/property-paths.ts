import { exampleOf } from "../../example.ts";
import type { PropertyAffordance, StreamAffordance } from "../../thing/affordance.ts";
import { Type } from "../../typebox.ts";
import {
  type AffordanceRoutes,
  changing,
  more,
  type Operated,
  querystring,
  throughDevice,
  underWhom,
  withBody,
} from "./concrete.ts";
import { queryParameters, requestBody } from "./operation.ts";
import { refused, response } from "./responses.ts";

/** Read it; write it and its default, where that is possible. */
export function propertyPaths(
  thing: string,
  name: string,
  affordance: PropertyAffordance,
  routes: AffordanceRoutes,
): Operated[] {
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

export function streamPath(
  thing: string,
  name: string,
  affordance: StreamAffordance,
  { read }: AffordanceRoutes,
): Operated {
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
