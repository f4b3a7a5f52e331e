import dispenser from "../../../drivers/dispenser.ts";
import { contract } from "../contract.ts";
import { balance, pump } from "../placed.ts";

export default contract({
  thing: "dispenser",
  things: { pump, balance, dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } } },
  inputs: { dose: { mass: 1 }, prime: { volume: 0.5 } },
  async prepare(bench) {
    await bench.write("pump", "rate", 6);
    // A vessel stands on the pan; with so much on it the zero key does nothing.
    if (bench.twins.balance.cell.onPan < 35) bench.twins.balance.put(35);
    await bench.clock.advance(4000);
  },
  isSafe: ({ twins }) => twins.pump.state.prompt === "S",
  trials: {
    // The first stroke is under way.
    midwayMs: 8000,
    interfering: ["pump.start_stop", "pump.stop", "balance.tare", "balance.unit"],
    alarm: ({ twins }) => twins.pump.obstruct("blocked"),
    mishaps: {
      empty: ({ twins }) => twins.pump.obstruct("empty"),
      blocked: ({ twins }) => twins.pump.obstruct("blocked"),
      "missed the pan": ({ twins }) => twins.pump.obstruct("beside the pan"),
      overshoot: ({ twins }) => twins.pump.world.put(1),
    },
    delivered: {
      unit: "g",
      amount({ twins }) {
        twins.pump.world.workOut();
        return twins.balance.cell.onPan;
      },
      within: 0.01,
    },
  },
});
