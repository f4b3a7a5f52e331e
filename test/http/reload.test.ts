import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { buildApp } from "../../src/http/app.ts";
import { openReloadable } from "../gateway/reload/reloaded.ts";

const two = "things:\n  a: { driver: counter }\n  b: { driver: counter }\n";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve() {
  const bench = await openReloadable(two);
  const app = await buildApp({ gateway: bench.gateway, config: bench.gateway.config, log: pino({ level: "silent" }) });
  open.push(async () => {
    await app.close();
    await bench.close();
  });
  const reload = (body?: object, headers = {}) =>
    app.inject({ method: "POST", url: "/gateway/reload", headers, ...(body && { payload: body }) });
  return { ...bench, app, reload };
}

test("a reload is answered by what it has come to, and once for each key", async () => {
  const { app, write, reload, events } = await serve();
  write("things:\n  a: { driver: counter }\n  c: { driver: counter }\nlisten: { port: 6000 }\n");
  const key = { "idempotency-key": "one" };
  const first = await reload({}, key);
  expect([first.statusCode, first.json()]).toEqual([
    200,
    { added: ["c"], removed: ["b"], changed: [], kept: ["a"], sections: [], needsRestart: ["listen.port"] },
  ]);
  write(two);
  const again = await reload({}, key);
  expect([again.json(), again.headers["idempotent-replayed"]]).toEqual([first.json(), "true"]);
  expect(events().filter(({ kind }) => kind === "configuration")).toHaveLength(1);
  expect(Object.keys((await app.inject("/things/")).json())).toEqual(["a", "c"]);
  expect((await app.inject("/b/counter")).statusCode).toBe(404);
  expect((await app.inject("/c/counter")).json()).toBe(0);
  const paths = Object.keys((await app.inject("/openapi.json")).json().paths);
  expect([paths.includes("/c/counter"), paths.includes("/b/counter")]).toEqual([true, false]);
});

test("what is refused says why: mistakes by line and column, and what is in the way", async () => {
  const { gateway, write, reload } = await serve();
  write("things:\n  a: { driver: conter }\n");
  const wrong = await reload();
  expect([wrong.statusCode, wrong.json().detail]).toEqual([422, expect.stringContaining("test.yaml:2:16:")]);
  write("things:\n  a: { driver: counter }\n");
  const run = gateway.thing("b").invoke("slow_count", { n: 9 }, { requestedBy: "ada" });
  const busy = await reload({ busy: "refuse" });
  expect([busy.statusCode, busy.json()]).toEqual([
    409,
    expect.objectContaining({ type: "urn:benchd:error:BENCHD_RELOAD_BUSY", busy: [expect.stringContaining(run.id)] }),
  ]);
  expect((await reload({ busy: "sometimes" })).statusCode).toBe(422);
  expect((await reload({ busy: "stop" })).json()).toMatchObject({ removed: ["b"] });
  expect(run.reason).toBe("reload");
});

test("the configuration as it holds is told with a tag, which changes when it is reloaded", async () => {
  const { app, write, reload } = await serve();
  const get = (headers = {}) => app.inject({ url: "/gateway/configuration", headers });
  const first = await get();
  expect(first.json()).toMatchObject({
    file: "test.yaml",
    settings: expect.arrayContaining([
      { path: "/things/a/driver", value: "counter", from: "file" },
      { path: "/listen/port", value: 5000, from: "default" },
    ]),
  });
  const known = { "if-none-match": String(first.headers["etag"]) };
  expect((await get(known)).statusCode).toBe(304);
  write("things: { a: { driver: counter, title: One } }");
  await reload();
  expect((await get(known)).json().settings).toContainEqual({ path: "/things/a/title", value: "One", from: "file" });
});
