import definition from "../../../drivers/heater.ts";
import twin from "../../../hardware-mocks/heater.ts";
import { contract } from "../contract.ts";
import { bathProbe } from "../probe.ts";

export default contract({
  thing: "heater",
  things: {
    probe: bathProbe(),
    heater: {
      definition,
      twin,
      config: { maxTemperature: 80 },
      gpio: { heater: { line: 12 } },
      uses: { probe: "probe" },
    },
  },
  inputs: { heat_to: { temperature: 22, tolerance: 0.8, stableFor: 1, hold: false } },
  prepare: (bench) => bench.clock.advance(2000),
  isSafe: ({ twins }) => !twins.heater.driven,
  trials: {
    async raise(bench) {
      // Its probe has been read; so far from what it has, it is on without a pause.
      await bench.clock.advance(2000);
      await bench.write("heater", "setpoint", 70);
      await bench.clock.advance(2000);
    },
  },
});
