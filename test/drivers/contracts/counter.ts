import counter from "../../../drivers/counter.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "counter",
  things: { counter: { definition: counter } },
  inputs: { echo: { number: 1, text: "a" } },
  unreadable: ["broken"],
});
