/**
 * node-wot with two actions that do nothing: `noop` takes nothing and answers nothing; `checked` has its input read and
 * validated, and answers it. Nobody has to say who he is, and nothing is kept.
 */
import { reportPort } from "./report-port.js";

// While it is loaded its validator tells which format it does not know, once for each schema.
console.warn = () => {};
const { HttpServer } = (await import("@node-wot/binding-http")).default;
const { Servient } = (await import("@node-wot/core")).default;

const [port] = process.argv.slice(2);
const server = new HttpServer({ port: Number(port), address: "127.0.0.1" });
const servient = new Servient();
servient.addServer(server);
const wot = await servient.start();
const object = { type: "object" };
const thing = await wot.produce({
  title: "counter",
  actions: { noop: {}, checked: { input: object, output: object } },
});
thing.setActionHandler("noop", async () => undefined);
thing.setActionHandler("checked", async (input) => await input.value());
await thing.expose();
reportPort({ address: () => ({ port: server.getPort() }) });
