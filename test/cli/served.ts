import pino from "pino";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { Identify } from "../../src/http/access/identify.ts";
import { buildApp } from "../../src/http/app.ts";
import type { Credentials } from "../../src/http/secure.ts";

/** A gateway on simulated devices, as it is served; `text` is a benchd.yaml. */
interface Options {
  readonly tls?: Credentials;
  readonly identify?: Identify;
}

export async function served(text: string, options: Options = {}) {
  const catalogue = openCatalogue();
  const config = await checkBench(text, "test.yaml", catalogue, { mock: true });
  const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: true, log: () => {} });
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), ...options });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const close = async () => {
    // As `serve` does: an answer that has just been given may keep its connection.
    const timer = realClock.after(500, () => app.server.closeAllConnections());
    await app.close();
    timer.cancel();
    await gateway.close({ graceMs: 0 });
  };
  return { gateway, url, close };
}
