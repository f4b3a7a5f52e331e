import { contract } from "../contract.ts";
import { balance } from "../placed.ts";

export default contract({
  thing: "balance",
  things: { balance },
  // Something was just put on the pan: it takes a while to come to rest.
  prepare: async (bench) => bench.twins.balance.put(50),
});
