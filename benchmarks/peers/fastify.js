/** The yardstick: a bare Fastify route that reads a JSON body and answers with a reply of the same size. */
import Fastify from "fastify";
import { reportPort } from "./report-port.js";

const [size = "700"] = process.argv.slice(2);
const app = Fastify();
const reply = { status: "completed", filler: "" };
reply.filler = "x".repeat(Math.max(0, Number(size) - JSON.stringify(reply).length));
app.post("/counter/noop", { schema: { body: { type: "object" } } }, async (_, answer) => {
  answer.code(201);
  return reply;
});
await app.listen({ host: "127.0.0.1", port: 0 });
reportPort(app.server);
