import { expect, it } from "vitest";
import { compose } from "../../../src/http/openapi/compose.ts";

const route = (url: string) => ({
  ...{ method: "GET", url, handler: () => undefined },
  ...{ config: { scope: "read", over: "visible" } as const, schema: { summary: "Look" } },
});
const document = (tokens: boolean) =>
  compose({ routes: [route("/health"), route("/thing_states")], things: [], tokens, prefix: "", version: "1" });

it("where tokens are needed the document says how they are sent, and that each operation may be refused without", () => {
  const { security, components, paths } = document(true);
  expect(security).toEqual([{ bearer: [] }, { basic: [] }]);
  expect(Object.keys(components["securitySchemes"] ?? {})).toEqual(["bearer", "basic"]);
  expect(paths["/thing_states"]?.["get"]?.["responses"]).toHaveProperty("401");
  expect(components["responses"]).toHaveProperty("Unauthorized");
  expect(paths["/health"]?.["get"]?.["security"]).toContainEqual({});
});

it("where none is needed it says nothing of them", () => {
  const { security, components, paths } = document(false);
  expect([security, components["securitySchemes"]]).toEqual([[], undefined]);
  expect(JSON.stringify(paths)).not.toContain("401");
});
