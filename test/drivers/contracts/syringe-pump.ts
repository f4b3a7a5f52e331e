import { contract } from "../contract.ts";
import { pump } from "../placed.ts";

export default contract({
  thing: "pump",
  things: { pump },
  inputs: { dispense: { volume: 1 }, withdraw: { volume: 1 } },
  async prepare(bench) {
    await bench.write("pump", "rate", 6);
    await bench.write("pump", "remaining", 30);
    bench.twins.pump.path.content = 30;
  },
  isSafe: ({ twins }) => twins.pump.state.prompt === "S",
});
