/** A gateway with Things that always have something to tell, as it is served. Asked for it, it tells how it is. */
import type { Socket } from "node:net";
import pino from "pino";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import { busy } from "../busy.ts";
import { reportPort } from "./report-port.ts";

const catalogue = { names: async () => ["busy"], definition: async () => busy, twin: async () => undefined };
const names = ["measured", "first", "second", "third"];
const text = `things:\n${names.map((name) => `  ${name}: { driver: busy }`).join("\n")}`;
const config = await checkBench(text, "benchmark.yaml", catalogue, { mock: true });
const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: true, log: () => {} });
for (const name of names.slice(1)) gateway.thing(name).invoke("work", {}, { requestedBy: "a benchmark" });
const app = await buildApp({ gateway, config, log: pino({ level: "warn" }) });
const sockets = new Set<Socket>();
app.server.on("connection", (socket) => {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
});
await app.listen({ host: "127.0.0.1", port: 0 });
process.on("message", () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const blocked = [...sockets].filter(({ writableNeedDrain }) => writableNeedDrain).length;
  process.send?.({ memory: heapUsed + arrayBuffers, blocked });
});
reportPort(app.server);
