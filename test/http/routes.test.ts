import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import camera from "../../drivers/camera.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

describe("every route", () => {
  const routes: RouteOptions[] = [];
  let bench: CounterBench;

  beforeAll(async () => {
    bench = await openCounterBench({ drivers: { camera }, onRoute: (route) => routes.push(route) });
    await bench.app.ready();
  });
  afterAll(() => bench.close());

  const methodsOf = ({ method }: RouteOptions) => [method].flat();
  const named = () => routes.map((route) => [`${methodsOf(route)} ${route.url}`, route] as const);

  it("has been found", () => {
    expect(named().map(([name]) => name)).toEqual(
      expect.arrayContaining(["GET /things/", "POST /:thing/:affordance", "DELETE /emergency_stop"]),
    );
  });

  it("declares the scope it needs", () => {
    const scopes = ["read", "operate", "configure", "admin"];
    const without = named().filter(([, { config }]) => !scopes.includes(config?.scope ?? ""));
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it("declares a schema with a summary", () => {
    const without = named().filter(([, { schema }]) => !schema?.summary);
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it("needs more than read to change anything, but for the emergency stop and a session", () => {
    const changes = (route: RouteOptions) => methodsOf(route).some((method) => method !== "GET" && method !== "HEAD");
    const weak = named().filter(([, route]) => changes(route) && route.config?.scope === "read");
    expect(weak.map(([name]) => name)).toEqual([
      // Of nothing but his own.
      ...["POST /gateway/session", "DELETE /gateway/session"],
      ...["POST /emergency_stop", "POST /emergency_stop/"],
    ]);
  });

  it("changes nothing when it is read", async () => {
    const { app, gateway } = bench;
    const { id } = (await app.inject({ method: "POST", url: "/counter/increment" })).json();
    const urn = (await app.inject({ url: "/things/counter" })).json().id;
    const made = (await app.inject({ method: "POST", url: "/counter/make_blob" })).json();
    const picture = async () => ({
      counter: await gateway.thing("counter").read("counter"),
      gain: await gateway.thing("counter").read("gain"),
      invocations: (await gateway.invocations.list({})).map(({ seq, status }) => [seq, status]),
      states: gateway.states(),
      latch: gateway.emergencyStop.latch,
    });
    const before = await picture();
    for (const route of routes) {
      for (const method of methodsOf(route)) {
        if (method !== "GET" && method !== "HEAD") continue;
        for (const affordance of ["counter", "increment"]) {
          const streams = route.url.endsWith("/viewer");
          const names = {
            thing: streams ? "camera" : "counter",
            affordance: streams ? "mjpeg_stream" : affordance,
            property: "counter",
            action: "increment",
            id,
            urn,
            blob_id: made.output.href.split("/").at(-1),
          };
          const url = filled(route.url, { ...names }).replace("*", "index.css");
          // The counter has a property that cannot be read, and no events.
          if (url.endsWith("/properties") || url.endsWith(":event")) continue;
          const accept = url.endsWith("/events") ? "text/event-stream" : "*/*";
          // Some never end by themselves: their head is enough.
          const answer = await app.inject({ method, url, headers: { accept }, payloadAsStream: true });
          answer.stream().destroy();
          const other = url.endsWith("/index.html") ? 302 : url.endsWith("/ws") ? 426 : undefined;
          expect([url, answer.statusCode]).toEqual([url, other ?? 200]);
        }
      }
    }
    expect(await picture()).toEqual(before);
  });
});

const filled = (url: string, names: Readonly<Record<string, string>>) =>
  url.replaceAll(/:(\w+)/g, (_, name: string) => names[name] ?? `:${name}`);

it("refuses to build an interface with a route that declares no scope", async () => {
  const bench = await openCounterBench();
  expect(() => bench.app.get("/secret", async () => "")).toThrow("no scope");
  await bench.close();
});
