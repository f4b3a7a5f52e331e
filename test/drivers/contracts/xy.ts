import { contract } from "../contract.ts";
import { xy } from "../placed.ts";

export default contract({
  thing: "xy",
  things: { xy },
  inputs: { move_to: { x: -10, y: -20, feed_rate: 1200 }, move_by: { x: -10, feed_rate: 600 } },
  prepare: async (bench) => {
    await bench.run("xy", "home");
  },
  trials: { interfering: ["xy.hold"] },
  isSafe: ({ twins }) => !twins.xy.moving,
});
