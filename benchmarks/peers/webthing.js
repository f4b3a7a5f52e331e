/**
 * webthing with two actions that do nothing, whose records it keeps in memory: `noop` takes nothing, `checked` has its
 * input validated. It is not announced to the network, which its own `start` would do.
 */
import webthing from "webthing";
import { reportPort } from "./report-port.js";

const { Action, SingleThing, Thing, WebThingServer } = webthing;
const [port] = process.argv.slice(2);
let count = 0;

/** An action that has ended in the tick in which it began. */
const nothing = (name) =>
  class extends Action {
    constructor(thing, input) {
      super(String(count++), thing, name, input);
    }
  };

const thing = new Thing("urn:dev:ops:counter", "counter", []);
thing.addAvailableAction("noop", {}, nothing("noop"));
thing.addAvailableAction("checked", { input: { type: "object" } }, nothing("checked"));
const { server } = new WebThingServer(new SingleThing(thing), Number(port), "127.0.0.1");
server.listen({ host: "127.0.0.1", port: Number(port) }, () => reportPort(server));
