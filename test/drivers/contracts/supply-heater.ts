import definition from "../../../drivers/supply-heater.ts";
import { bathSupply } from "../bath-supply.ts";
import { contract } from "../contract.ts";
import { bathProbe } from "../probe.ts";

export default contract({
  thing: "heater",
  things: {
    probe: bathProbe(),
    supply: bathSupply(),
    heater: {
      definition,
      config: { maxTemperature: 80, maxVoltage: 24 },
      uses: { probe: "probe", supply: "supply" },
    },
  },
  inputs: { heat_to: { temperature: 22, tolerance: 0.8, stableFor: 1, hold: false } },
  prepare: (bench) => bench.clock.advance(2000),
  isSafe: ({ twins }) => !twins.supply.state.output,
});
