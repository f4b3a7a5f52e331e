import { contract } from "../contract.ts";
import { dmm } from "../placed.ts";

export default contract({
  thing: "dmm",
  things: { dmm },
  inputs: { sample: { count: 20 }, show: { text: "busy" } },
  prepare: (bench) => bench.write("dmm", "cycles", 1),
  // Reading "text" or "trace" sets it.
  trials: { unsteady: ["format"] },
});
