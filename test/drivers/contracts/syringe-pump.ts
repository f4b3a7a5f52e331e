import { contract } from "../contract.ts";
import { pump } from "../placed.ts";

export default contract({
  thing: "pump",
  things: { pump },
  inputs: {
    dispense: { volume: 1 },
    withdraw: { volume: 1 },
    calibrate_by_weight: { volume: 0.5, strokes: 2, density: 1, tolerance: 20 },
  },
  async prepare(bench) {
    await bench.write("pump", "rate", 6);
    await bench.write("pump", "remaining", 30);
    bench.twins.pump.path.content = 30;
  },
  isSafe: ({ twins }) => twins.pump.state.prompt === "S",
  trials: {
    midwayMs: 2000,
    interfering: ["pump.start_stop", "pump.stop"],
    // Someone sits on the tube, and the pump stalls.
    alarm: ({ twins }) => twins.pump.obstruct("blocked"),
    mishaps: { blocked: ({ twins }) => twins.pump.obstruct("blocked") },
    delivered: {
      unit: "mL",
      // Looking at the display lets the motor have done what it has done.
      amount: ({ twins }) => twins.pump.state && twins.pump.path.pushed,
      within: 0.003,
    },
  },
});
