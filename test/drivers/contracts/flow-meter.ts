import definition from "../../../drivers/flow-meter.ts";
import twin from "../../../hardware-mocks/flow-meter.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "flow",
  things: { flow: { definition, twin, config: { pulsesPerLitre: 5880 }, gpio: { pulses: { line: 27 } } } },
  inputs: { measure: { seconds: 1.5 }, wait_for_volume: { volume: 1 } },
  prepare: async (bench) => bench.twins.flow.pour(300),
  // Each edge is a pulse, or one that came too fast.
  trials: { counting: ["flow", "volume", "doubtful"] },
});
