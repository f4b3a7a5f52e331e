import dispenser from "../../../drivers/dispenser.ts";
import { contract } from "../contract.ts";
import { balance, pump } from "../placed.ts";

export default contract({
  thing: "dispenser",
  things: { pump, balance, dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } } },
  inputs: { dose: { mass: 1 }, prime: { volume: 0.5 } },
  prepare: (bench) => bench.write("pump", "rate", 6),
  isSafe: ({ twins }) => twins.pump.state.prompt === "S",
});
