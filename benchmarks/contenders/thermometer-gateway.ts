/** A gateway with a thermometer on a serial port, as it is served. */
import pino from "pino";
import { buildApp } from "../../src/http/app.ts";
import { openThermometer } from "../thermometer.ts";
import { reportPort } from "./report-port.ts";

const [path = ""] = process.argv.slice(2);
const { gateway, config } = await openThermometer(path);
const app = await buildApp({ gateway, config, log: pino({ level: "warn" }) });
await app.listen({ host: "127.0.0.1", port: 0 });
reportPort(app.server);
