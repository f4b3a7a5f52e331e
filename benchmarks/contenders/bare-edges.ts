/**
 * The yardstick of an edge: Node's own HTTP server, which writes a line of Server-Sent Events to all who listen in the very
 * callback that a simulated chip has for a change of its line. Asked for edges, it tells when each was set.
 */
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { realClock } from "../../src/clock.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { nowUs } from "../drivers/edges.ts";
import type { Wanted } from "../edges.ts";
import { reportPort } from "./report-port.ts";

const line = 17;
const listening = new Set<ServerResponse>();
const chip = new SimulatedGpioChip(realClock);
const input = await chip.openInput({ line }, "edges");
input.watch({
  changed: ({ rising }) => {
    const text = `event: event\ndata: ${rising}\n\n`;
    for (const response of listening) response.write(text);
  },
  warn() {},
  lost() {},
});
process.on("message", async ({ count, everyMs }: Wanted) => {
  const set: number[] = [];
  let level = chip.level(line);
  while (set.length < count) {
    await sleep(everyMs);
    level = !level;
    set.push(nowUs());
    chip.drive(line, level);
  }
  process.send?.(set);
});
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write("retry: 2000\n\n");
  listening.add(response);
  response.once("close", () => listening.delete(response));
});
server.listen(0, "127.0.0.1", () => reportPort(server));
