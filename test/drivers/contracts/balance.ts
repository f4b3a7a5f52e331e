import { contract } from "../contract.ts";
import { balance } from "../placed.ts";

export default contract({
  thing: "balance",
  things: { balance },
  // Something was just put on the pan: it takes a while to come to rest.
  prepare: async (bench) => bench.twins.balance.put(50),
  trials: {
    interfering: ["balance.tare", "balance.unit"],
    mishaps: {
      "an overload": ({ twins }) => twins.balance.put(300),
      "a pan that is taken off": ({ twins }) => twins.balance.put(-150),
    },
  },
});
