/**
 * What the disk allows: a bare Fastify route that answers once a record of that size is on the disk. Records that come
 * while one sync is under way are written together, and share the next: nobody waits for more than two.
 */
import { open } from "node:fs/promises";
import Fastify from "fastify";
import { reportPort } from "./report-port.js";

const [file, size = "700"] = process.argv.slice(2);
const reply = { status: "completed", filler: "" };
reply.filler = "x".repeat(Math.max(0, Number(size) - JSON.stringify(reply).length));
const log = await open(file, "w");
let waiting = [];
let committing = false;

async function commit() {
  committing = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    await log.appendFile(group.map(({ record }) => record).join(""));
    await log.datasync();
    for (const { done } of group) done();
  }
  committing = false;
}

const committed = (record) =>
  new Promise((done) => {
    waiting.push({ record, done });
    if (!committing) void commit();
  });

const app = Fastify();
app.post("/counter/noop", { schema: { body: { type: "object" } } }, async (request, answer) => {
  await committed(`${request.headers["idempotency-key"]} ${reply.filler}\n`);
  answer.code(201);
  return reply;
});
await app.listen({ host: "127.0.0.1", port: 0 });
reportPort(app.server);
