import definition from "../../../drivers/valve.ts";
import twin from "../../../hardware-mocks/valve.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "valve",
  things: {
    valve: {
      definition,
      twin,
      config: { sensed: ["closed"] },
      gpio: { valve: { line: 16 }, closed_contact: { line: 26, activeLow: true, pull: "up" } },
    },
  },
  inputs: { open_for: { seconds: 1.5 } },
  trials: { raise: (bench) => bench.run("valve", "open") },
  isSafe: ({ twins, thing }) => thing("valve").state === "ready" || !twins.valve.energised,
});
