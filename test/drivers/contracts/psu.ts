import { contract } from "../contract.ts";
import { psu } from "../placed.ts";

export default contract({
  thing: "psu",
  things: { psu },
  inputs: { ramp: { voltage: 3, rate: 5 } },
  async prepare(bench) {
    await bench.write("psu", "current", 2);
    await bench.write("psu", "voltage", 1);
    await bench.write("psu", "output", true);
  },
  trials: { interfering: ["psu.local"] },
  // While it is open its output may well be on.
  isSafe: (bench) => bench.thing("psu").state === "ready" || !bench.twins.psu.on,
});
