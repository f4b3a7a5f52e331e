/**
 * The yardstick of a cancel: Node's own HTTP server, where a POST begins a wait, and a DELETE aborts the controller whose
 * signal that wait has. A GET tells when the last wait was rejected; ns, by the clock that all processes share.
 */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { reportPort } from "./report-port.ts";

let controller = new AbortController();
let rejected = 0n;

async function wait(signal: AbortSignal): Promise<void> {
  try {
    await sleep(60_000, undefined, { signal });
  } catch {
    rejected = process.hrtime.bigint();
  }
}

const server = createServer((request, response) => {
  request.resume();
  if (request.method === "POST") {
    controller = new AbortController();
    void wait(controller.signal);
    response.statusCode = 201;
  }
  if (request.method === "DELETE") controller.abort();
  const text = request.method === "GET" ? JSON.stringify(String(rejected)) : "{}";
  response.setHeader("content-type", "application/json");
  response.end(text);
});
server.listen(0, "127.0.0.1", () => reportPort(server));
