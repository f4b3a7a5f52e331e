import { fileURLToPath } from "node:url";
import type { RouteOptions } from "fastify";
import pino from "pino";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { readBench } from "../../../src/gateway/bench.ts";
import { openCatalogue } from "../../../src/gateway/catalogue.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import { buildApp } from "../../../src/http/app.ts";
import type { Document } from "../../../src/http/openapi/compose.ts";

const example = fileURLToPath(new URL("../../../examples/bench.yaml", import.meta.url));

export type MockBench = Awaited<ReturnType<typeof openMockBench>>;

/** The demonstration bench with its HTTP interface, in virtual time. */
export async function openMockBench({ prefix = "" } = {}) {
  const catalogue = openCatalogue();
  const config = { ...(await readBench(example, catalogue, { mock: true })), prefix, stateDirectory: undefined };
  // Loaded now: while it opens, nothing real may be waited for.
  for (const { driver, twin } of config.things.values()) await catalogue.twin(driver, twin);
  const clock = new DiscreteClock();
  const options = { config, catalogue, clock, processClock: new DiscreteClock(), mock: true, version: "1.2.3" };
  const gateway = await clock.until(Gateway.open({ ...options, log() {} }));
  const routes: RouteOptions[] = [];
  const onRoute = (route: RouteOptions) => void routes.push(route);
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), clock: new DiscreteClock(), onRoute });
  return {
    app,
    gateway,
    clock,
    routes,
    document: async (): Promise<Document> => (await app.inject({ url: "/openapi.json" })).json(),
    async close() {
      await app.close();
      await clock.until(gateway.close({ graceMs: 0 }), 60_000);
    },
  };
}
