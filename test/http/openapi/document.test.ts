import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compose, type Document, isLeftOut, keyOf, methodsOf } from "../../../src/http/openapi/compose.ts";
import { pathOf } from "../../../src/http/openapi/operation.ts";
import { leftOut, told } from "../../../src/http/openapi/told.ts";
import type { PropertyAffordance } from "../../../src/thing/affordance.ts";
import { Type } from "../../../src/typebox.ts";
import { judge, pointerTo } from "./judge.ts";
import { type MockBench, openMockBench } from "./mock-bench.ts";

type Json = Readonly<Record<string, unknown>>;

let bench: MockBench;
let document: Document;
beforeAll(async () => {
  bench = await openMockBench();
  document = await bench.document();
});
afterAll(() => bench.close());

const operations = (): readonly { path: string; method: string; operation: Json }[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
const keys = () =>
  bench.routes.flatMap((route) => methodsOf(route).map((method) => ({ key: keyOf(method, route, ""), route })));

describe("the document", () => {
  it("has every route there is, or a reason why not", () => {
    const missing = keys().filter(({ key, route }) => {
      const [method = ""] = key.split(" ");
      return method !== "HEAD" && !isLeftOut(key) && !document.paths[pathOf(route.url)]?.[method.toLowerCase()];
    });
    expect(missing.map(({ key }) => key)).toEqual([]);
    expect(keys().length).toBeGreaterThan(40);
  });

  it("leaves out no route that is not there, and speaks of none", () => {
    const all = keys().map(({ key }) => key);
    const matches = (one: string) =>
      all.some((key) => (one.endsWith("*") ? key.startsWith(one.slice(0, -1)) : key === one));
    expect([...Object.keys(leftOut), ...Object.keys(told)].filter((one) => !matches(one))).toEqual([]);
  });

  it("has each property and action of each Thing at a path of its own, under the Thing's tag", () => {
    for (const { name, definition, actions } of bench.gateway.things.values()) {
      for (const [property, { readOnly }] of Object.entries<PropertyAffordance>(definition.properties ?? {})) {
        const methods = Object.keys(document.paths[`/${name}/${property}`] ?? {});
        expect([property, methods]).toEqual([property, readOnly ? ["get"] : ["get", "put"]]);
      }
      for (const action of Object.keys(actions))
        expect(document.paths[`/${name}/${action}`]).toMatchObject({
          post: { operationId: `${name}_${action}`, tags: [name] },
        });
    }
    expect(document["tags"]).toContainEqual({ name: "pump", description: "Syringe pump on the left: New Era NE-1000" });
  });

  it("tells what an action takes and gives, with units", () => {
    expect(document.paths["/pump/dispense"]?.["post"]).toMatchObject({
      summary: "Dispense a volume at the set rate",
      "x-scope": "operate",
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: {
              title: "pump_dispense_input",
              properties: { volume: { type: "number", exclusiveMinimum: 0, "x-unit": "mL" } },
              required: ["volume"],
              additionalProperties: false,
            },
            example: { volume: 1 },
          },
        },
      },
      responses: {
        201: {
          headers: { Location: { $ref: "#/components/headers/Location" } },
          content: {
            "application/json": {
              schema: {
                allOf: [
                  { $ref: "#/components/schemas/Invocation" },
                  {
                    properties: {
                      output: { anyOf: [{ properties: { dispensed: { "x-unit": "mL" } } }, { type: "null" }] },
                    },
                  },
                ],
              },
            },
          },
        },
        409: { $ref: "#/components/responses/Conflict" },
      },
    });
  });

  it("asks for no body where every field has a default", () => {
    expect(document.paths["/counter/increment"]?.["post"]).toMatchObject({ requestBody: { required: false } });
    expect(document.paths["/counter/echo"]?.["post"]).toMatchObject({ requestBody: { required: true } });
    expect(document.paths["/counter/noop"]?.["post"]).not.toHaveProperty("requestBody");
  });

  it("offers to reset only what has a default", () => {
    expect(document.paths).toHaveProperty(["/counter/gain/reset"]);
    expect(document.paths).not.toHaveProperty(["/counter/func_rw/reset"]);
    expect(document.paths).not.toHaveProperty(["/counter/fixed/reset"]);
  });

  it("tells a stream's media types, and the names of the Things where a path takes one", () => {
    expect(document.paths["/camera/mjpeg_stream"]?.["get"]).toMatchObject({
      parameters: [{ name: "frames", in: "query" }],
      responses: { 200: { content: { "multipart/x-mixed-replace": {}, "image/jpeg": {} } } },
    });
    expect(document.paths["/{thing}/lease"]?.["post"]).toMatchObject({
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: "thing", schema: { type: "string", enum: [...bench.gateway.things.keys()] } }),
      ]),
    });
  });

  it("has names for all operations, no two the same", () => {
    const ids = operations().map(({ operation }) => operation["operationId"]);
    expect(ids.filter((id) => !/^[a-z]\w+$/i.test(String(id)))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has examples that fit their schemas, for everything that is sent", () => {
    const issues = judge(document);
    let examples = 0;
    for (const { path, method, operation } of operations()) {
      const { requestBody, responses } = operation as { requestBody?: Json; responses: Readonly<Record<string, Json>> };
      const bodies: [string[], Json | undefined][] = [
        [["requestBody"], requestBody],
        ...Object.entries(responses).map(([status, one]): [string[], Json] => [["responses", status], one]),
      ];
      for (const [where, body] of bodies) {
        const content = (body?.["content"] as Readonly<Record<string, Json>> | undefined)?.["application/json"];
        if (where[0] === "requestBody" && content)
          expect([path, content]).toEqual([path, expect.objectContaining({ example: expect.anything() })]);
        if (content?.["example"] === undefined) continue;
        examples++;
        const pointer = pointerTo("paths", path, method, ...where, "content", "application/json", "schema");
        expect([path, issues(pointer, content["example"])]).toEqual([path, []]);
      }
    }
    expect(examples).toBeGreaterThan(80);
  });

  it("has examples that fit in its components", () => {
    const issues = judge(document);
    for (const [name, { examples }] of Object.entries((document.components["schemas"] ?? {}) as Record<string, Json>))
      for (const example of (examples ?? []) as unknown[])
        expect(issues(pointerTo("components", "schemas", name), example)).toEqual([]);
    expect(document.components["schemas"]).toHaveProperty("Invocation.examples");
  });

  it("tells the version of benchd", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "benchd", version: "1.2.3" } });
  });
});

it("has the prefix before the paths of the Things, and before no other", async () => {
  const prefixed = await openMockBench({ prefix: "/api/v1" });
  const { paths } = await prefixed.document();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(["/api/v1/pump/dispense", "/api/v1/{thing}/lease", "/health"]),
  );
  expect(paths["/api/v1/action_invocations/{id}"]?.["get"]).toMatchObject({ operationId: "get_invocation" });
  expect(Object.keys(paths).length).toBe(Object.keys(document.paths).length);
  await prefixed.close();
});

it("has a route that nothing is told of by what that says itself", () => {
  const route = {
    method: "PUT",
    url: "/gateway/rooms/:room_id/lights",
    config: { scope: "configure" },
    schema: {
      summary: "Switch the lights",
      params: Type.Object({ room_id: Type.Integer() }),
      querystring: Type.Object({ dim: Type.Optional(Type.Number({ unit: "%", description: "How much" })) }),
    },
    handler() {},
  } as const satisfies RouteOptions;
  const { paths } = compose({ routes: [route], things: [], prefix: "", version: "1" });
  expect(paths).toEqual({
    "/gateway/rooms/{room_id}/lights": {
      put: {
        operationId: "put_gateway_rooms_by_room_id_lights",
        tags: ["Gateway"],
        summary: "Switch the lights",
        "x-scope": "configure",
        parameters: [
          { name: "room_id", in: "path", required: true, schema: { type: "integer" } },
          {
            ...{ name: "dim", in: "query", required: false, description: "How much. Unit: %" },
            schema: { type: "number", "x-unit": "%" },
          },
        ],
        responses: {
          ...{ "2XX": { description: "Done" }, 403: expect.anything(), 404: expect.anything() },
          ...{ 413: expect.anything(), 415: expect.anything(), 422: expect.anything() },
        },
      },
    },
  });
});
