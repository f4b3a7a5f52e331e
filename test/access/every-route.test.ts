import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Grant } from "../../src/access/principal.ts";
import { type Scope, scopes } from "../../src/access/scope.ts";
import { type Listening, openListening } from "../attacks/listening.ts";
import { openCounterBench } from "../http/counter-bench.ts";
import { byHeader, filled, whoHeader } from "./asking.ts";

/** What each may do with the bench, and beyond that with the counter. */
const people = {
  reader: { bench: "read", counter: "read" },
  hand: { bench: undefined, counter: "operate" },
  guest: { bench: "read", counter: "operate" },
  keeper: { bench: "configure", counter: "configure" },
  boss: { bench: "admin", counter: "admin" },
} as const satisfies Record<string, { bench: Scope | undefined; counter: Scope }>;
type Name = keyof typeof people | "nobody";
const names: readonly Name[] = ["nobody", "reader", "hand", "guest", "keeper", "boss"];

const grants = Object.fromEntries(
  Object.entries(people).map(([name, { bench, counter }]): [string, Grant[]] => [
    name,
    [...(bench ? [{ scope: bench }] : []), { scope: counter, things: ["counter"] }],
  ]),
);

type Method = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
const reading: readonly string[] = ["GET", "HEAD"];
/** Nobody parses this before he is allowed to send it, and nothing is done by it. */
const malformed = { headers: { "content-type": "application/json" }, payload: "{" };

const routes: RouteOptions[] = [];
let bench: Listening;
let ids: Readonly<Record<"counter" | "camera", Readonly<Record<string, string>>>>;

beforeAll(async () => {
  bench = await openListening({ identify: byHeader(grants), onRoute: (route) => routes.push(route) });
  const ran = async (thing: string, action: string) => (await ask("boss", "POST", `/${thing}/${action}`)).json();
  const urnOf = async (thing: string) => (await ask("boss", "GET", `/things/${thing}`)).json().id;
  const [counted, pictured] = [await ran("counter", "make_blob"), await ran("camera", "snapshot")];
  const document = JSON.stringify({ document: "title: Waiting\nsteps: [wait: 1 s]" });
  const stored = { headers: { "content-type": "application/json" }, payload: document };
  await ask("boss", "PUT", "/gateway/procedures/waiting", stored);
  const blob = ({ output }: { readonly output: { readonly href: string } }) => output.href.split("/").at(-1) ?? "";
  ids = {
    counter: {
      ...{ thing: "counter", affordance: "counter", property: "counter", action: "make_blob", event: "none" },
      ...{ id: counted.id, blob_id: blob(counted), urn: await urnOf("counter"), fault: "none", file: "main-test.js" },
      procedure: "waiting",
    },
    camera: {
      ...{ thing: "camera", affordance: "resolution", property: "resolution", action: "snapshot", event: "none" },
      ...{
        id: pictured.id,
        blob_id: blob(pictured),
        urn: await urnOf("camera"),
        interlock: "door_open",
        fault: "none",
        file: "main-test.js",
        procedure: "waiting",
      },
    },
  };
});
afterAll(() => bench.close());

/** Of what never ends by itself the head is enough. */
async function ask(who: Name, method: Method, url: string, more: object = {}) {
  const { headers = {}, ...rest } = more as { headers?: object };
  const asked = bench.app.inject({ method, url, headers: { ...headers, [whoHeader]: who }, ...rest });
  return bench.clock.until(asked);
}
async function statusOf(who: Name, method: Method, url: string): Promise<number> {
  const streams = reading.includes(method);
  const answer = await ask(who, method, url, streams ? { payloadAsStream: true } : malformed);
  if (streams) answer.stream().destroy();
  return answer.statusCode;
}

const methodsOf = ({ method }: RouteOptions) => [method].flat() as Method[];
const all = () => routes.flatMap((route) => methodsOf(route).map((method) => ({ method, route })));
const namesOf = (some: ReturnType<typeof all>) => some.map(({ method, route }) => `${method} ${route.url}`);

describe("every route", () => {
  it("has been found", () => {
    expect(namesOf(all())).toEqual(
      expect.arrayContaining(["GET /things/", "POST /:thing/:affordance", "DELETE /emergency_stop"]),
    );
  });

  it("declares the scope it needs, over what, and a schema with a summary", () => {
    const without = all().filter(
      ({ route: { config, schema } }) => !scopes.includes(config?.scope as Scope) || !config?.over || !schema?.summary,
    );
    expect(namesOf(without)).toEqual([]);
  });

  it("that has a Thing in its path is over that Thing", () => {
    const others = all().filter(({ route }) => route.url.includes("/:thing") && route.config?.over !== "thing");
    expect(namesOf(others)).toEqual([]);
  });

  it("needs more than read to change anything, but for the emergency stop and one's own session", () => {
    const weak = all().filter(({ method, route }) => !reading.includes(method) && route.config?.scope === "read");
    expect(namesOf(weak)).toEqual([
      ...["POST /gateway/session", "DELETE /gateway/session"],
      ...["POST /emergency_stop", "POST /emergency_stop/"],
    ]);
  });

  it("answers without a token only whether it is alive, and the page to sign in with what that loads", () => {
    const open = all().filter(({ route }) => route.config?.withoutToken);
    const page = ["GET /", "HEAD /", "GET /gateway/dashboard/:file", "HEAD /gateway/dashboard/:file"];
    expect(namesOf(open)).toEqual([...page, "GET /health", "HEAD /health"]);
  });
});

it.each([
  ["scope", { over: "bench" }, {}],
  ["what its scope is over", { scope: "read" }, {}],
  ["schema", { scope: "read", over: "bench" }, undefined],
])("no interface is built with a route that does not say its %s", async (_, config, schema) => {
  const { app, close } = await openCounterBench();
  const route = { config, ...(schema && { schema }) } as object;
  expect(() => app.get("/secret", route, async () => "")).toThrow("/secret has no scope");
  await close();
});

/** What the scope of a route says of somebody: refused, hidden, or let in. */
function verdict(who: Name, { config, url }: RouteOptions, target: "counter" | "camera"): 401 | 403 | 404 | "passes" {
  const { scope = "admin", over, withoutToken } = config ?? {};
  if (withoutToken) return "passes";
  if (who === "nobody") return 401;
  const { bench: held, counter } = people[who];
  const rank = (one: Scope | undefined) => (one === undefined ? -1 : scopes.indexOf(one));
  const here = target === "counter" ? Math.max(rank(held), rank(counter)) : rank(held);
  const needed = rank(scope);
  if (over === "bench") return rank(held) >= needed ? "passes" : 403;
  if (over === "visible" && !/:(blob_id|urn)/.test(url))
    return Math.max(rank(held), rank(counter)) >= needed ? "passes" : 403;
  if (here < 0) return 404;
  return here >= needed ? "passes" : 403;
}

/** What answers other than by what there is, and why. */
const others: readonly (readonly [RegExp, number])[] = [
  [/\/ws$/, 426],
  [/^\/things\/:thing\/events$/, 406],
  // Neither has any.
  [/\/events\/:event$|\/viewer$/, 404],
  // One of its properties cannot be read.
  [/^\/things\/:thing\/properties$/, 500],
];

describe.each(names)("%s", (who) => {
  it.each(["counter", "camera"] as const)("is answered by each route as its scope says, for the %s", async (target) => {
    const told: unknown[] = [];
    const expected: unknown[] = [];
    for (const { method, route } of all()) {
      const { action = "" } = ids[target];
      const url = filled(route.url, {
        ...ids[target],
        ...(method === "POST" && !/reset$/.test(route.url) && { affordance: action }),
      });
      const name = `${method} ${url}`;
      // Of these there are none, or not for both: test/http/{prompts,recordings,runs,schedules}.test.ts.
      if (/:(interlock|prompt|recording|run|schedule)\b/.test(url)) continue;
      const found = verdict(who, route, target);
      told.push([name, await statusOf(who, method, url)]);
      const stop = route.url.startsWith("/emergency_stop") && method === "POST";
      const other = others.find(([pattern]) => pattern.test(route.url))?.[1];
      const readable = other === 500 && target === "camera" ? 200 : (other ?? 200);
      const passed = reading.includes(method) || stop ? readable : url.startsWith("/things/") ? 400 : 422;
      // Neither has a fault that could be applied: that is told first.
      const refused = found === 403 && route.url.includes(":fault") ? 404 : found;
      // A hidden invocation is what one would be that never was: of that its body is judged first.
      const unknown = found === 404 && route.config?.over === "invocation" && method === "DELETE";
      expected.push([name, unknown ? 422 : found === "passes" ? passed : refused]);
    }
    expect(told).toEqual(expected);
  });

  it("finds nothing under other methods than there are", async () => {
    const odd: unknown[] = [];
    for (const url of new Set(routes.map((route) => route.url))) {
      const there = new Set(routes.filter((route) => route.url === url).flatMap(methodsOf));
      for (const method of ["PUT", "POST", "DELETE"] as const) {
        if (there.has(method)) continue;
        // A procedure may be called that.
        if (url === "/gateway/procedures/check") continue;
        const at = filled(url, ids.counter);
        const { statusCode: status } = await ask(who, method, at);
        if (who === "nobody" ? status !== 401 : ![404, 405].includes(status)) odd.push([method, at, status]);
      }
    }
    expect(odd).toEqual([]);
  });
});
