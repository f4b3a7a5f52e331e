import definition from "../../../drivers/relays.ts";
import twin from "../../../hardware-mocks/relays.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "relays",
  things: {
    relays: {
      definition,
      twin,
      gpio: { pump_power: { line: 17 }, vent: { line: 27 }, lamp: { line: 22, activeLow: true } },
    },
  },
  isSafe: ({ twins }) =>
    !twins.relays.energised("pump_power") && twins.relays.energised("vent") && !twins.relays.energised("lamp"),
});
