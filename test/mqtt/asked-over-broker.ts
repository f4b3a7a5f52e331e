import pino from "pino";
import { Mqtt } from "../../src/cli/mqtt.ts";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import type { Broker } from "./broker.ts";

interface Login {
  /** As it stands in the configuration, with a comma behind it. */
  readonly login?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A mock bench that is asked over a broker, as `benchd serve` has it. */
export async function asked({ port }: Pick<Broker, "port">, { login = "", environment = {} }: Login = {}) {
  const catalogue = openCatalogue();
  const text = [
    `mqtt: { broker: "mqtt://127.0.0.1:${port}", gateway: bench-3, ${login} requests: [read, operate] }`,
    "things:",
    "  pump: { driver: syringe-pump, serial: /dev/p, config: { diameter: 26.59, syringeVolume: 60 } }",
    "  counter: { driver: counter }",
  ].join("\n");
  const config = await checkBench(text, "test.yaml", catalogue, { mock: true });
  const log = pino({ level: "silent" });
  const parts = { config, catalogue, clock: realClock, mock: true, clockTrusted: () => true, log() {} };
  const gateway = await Gateway.open(parts);
  let mqtt: Mqtt | undefined;
  const app = await buildApp({ gateway, config, log, inside: (request) => mqtt?.identify(request) });
  const never = new Promise<never>(() => {});
  mqtt = new Mqtt({
    ...{ app, gateway, config, log, knows: () => false, clock: realClock, environment },
    ...{ url: "http://127.0.0.1:5000", stop: { first: never, fatal: never } },
  });
  return {
    gateway,
    invocations: () => gateway.invocations.list({}),
    async close() {
      await mqtt?.end();
      await app.close();
      await gateway.close({ graceMs: 0 });
    },
  };
}
