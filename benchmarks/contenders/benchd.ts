/** The gateway with the counter alone, as it is served; with a folder for its history if one is named. */
import pino from "pino";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import { reportPort } from "./report-port.ts";

const catalogue = openCatalogue();
const [folder] = process.argv.slice(2);
const kept = folder === undefined ? "" : `stateDirectory: ${folder}\n`;
const config = await checkBench(`${kept}things: { counter: { driver: counter } }`, "benchmark.yaml", catalogue);
const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: true, log: () => {} });
const app = await buildApp({ gateway, config, log: pino({ level: "warn" }) });
await app.listen({ host: "127.0.0.1", port: 0 });
reportPort(app.server);
