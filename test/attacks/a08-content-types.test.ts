import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takingBodies } from "./bodies.ts";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  bench = await openListening({ onRoute: (route) => routes.push(route) });
});
afterAll(() => bench.close());

/** As one would write it to have a body read by one check and not by the other (CVE-2025-32442, -2026-25223, -2026-33806). */
const spellings = [
  ...[
    "application/json",
    "APPLICATION/JSON",
    "Application/Json; charset=utf-8",
    "application/json;",
    "application/json ;a=b",
  ],
  ...[
    " application/json",
    "\tapplication/json",
    "application/json\t",
    "application/json \t;charset=utf-8",
    "application/json;;",
  ],
  ...[
    "application/json;charset=utf-8;charset=utf-16",
    "application/json, text/plain",
    "application/json,application/json",
  ],
  ...[
    "text/plain",
    "text/plain;application/json",
    "application/jsonx",
    "application/json/x",
    "xapplication/json",
    "json",
  ],
  ...[
    "multipart/form-data; boundary=a",
    "application/x-www-form-urlencoded",
    "application/vnd.api+json",
    "*/*",
    "",
    ";",
  ],
  ...[
    "application/json\u00a0",
    "application /json",
    "application/json; charset=utf-16",
    "application/json; charset=utf-7",
  ],
];
/** No route takes it, whatever its schema is. */
const wrong = '{"nobody_knows":{"this":1}}';

async function send(method: string, path: string, types: readonly string[], body: string): Promise<string> {
  const { host } = bench.url;
  const length = Buffer.byteLength(body);
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, ...types.map((type) => `content-type:${type}`)];
  const head = [...lines, `content-length: ${length}`, "connection: close", "", ""].join("\r\n");
  return bench.send(Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]));
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

describe("A08: whatever a content type is, a body is judged by its schema, or refused with 415", () => {
  test("every route that takes a body is tried", () => {
    const names = takingBodies(routes).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...[
          "POST /:thing/:affordance",
          "PUT /:thing/:affordance",
          "POST /:thing/lease",
          "PUT /mock/:thing/faults/:fault",
        ],
        ...["PUT /things/:thing/properties", "POST /things/:thing/actions/:action", "DELETE /actions/:id"],
      ]),
    );
    expect(names.length).toBeGreaterThan(15);
  });

  test.each(spellings)("%j", async (type) => {
    const { gateway } = bench;
    const before = await Promise.all(["counter", "gain"].map((name) => gateway.thing("counter").read(name)));
    for (const { name, method, path, reads } of takingBodies(routes)) {
      for (const types of type === "application/json"
        ? [[type], [type, "text/plain"], ["text/plain", type]]
        : [[type]]) {
        const status = statusOf(await send(method, path, types, wrong));
        if (reads) expect([name, types, status]).toEqual([name, types, expect.toBeOneOf([400, 415, 422])]);
        else expect(status).toBeLessThan(500);
      }
    }
    expect(await Promise.all(["counter", "gain"].map((name) => gateway.thing("counter").read(name)))).toEqual(before);
  });
});
