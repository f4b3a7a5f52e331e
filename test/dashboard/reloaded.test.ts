import pino from "pino";
import { expect, test } from "vitest";
import { Bench } from "../../dashboard/bench/bench.ts";
import { Connection } from "../../src/client/connection.ts";
import { buildApp } from "../../src/http/app.ts";
import { openReloadable } from "../gateway/reload/reloaded.ts";

test("a page goes on when Things come and go, and knows those that are there", async () => {
  const { gateway, begin, close } = await openReloadable(
    "things:\n  a: { driver: counter }\n  b: { driver: counter }\n",
  );
  const app = await buildApp({ gateway, config: gateway.config, log: pino({ level: "silent" }) });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const bench = new Bench(new Connection({ url }));
  const leaving = new AbortController();
  const following = bench.follow(leaving.signal);
  const known = () => [...bench.things.value.values()].map(({ name, title }) => `${name}: ${title}`);
  await expect.poll(known).toEqual(["a: CounterThing", "b: CounterThing"]);
  const a = bench.things.value.get("a");
  await begin("things:\n  c: { driver: counter, title: New }\n  a: { driver: counter }\n");
  await expect.poll(known).toEqual(["c: New", "a: CounterThing"]);
  expect([bench.things.value.get("a"), bench.revision.value, bench.link.value.state]).toEqual([a, 1, "live"]);
  leaving.abort();
  await following;
  await app.close();
  await close();
});
