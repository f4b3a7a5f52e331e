import { contract } from "../../test/drivers/contract.ts";
import definition from "../driver/hotplate.ts";
import twin from "../driver/hotplate.twin.ts";

export default contract({
  thing: "hotplate",
  things: { hotplate: { definition, twin } },
  inputs: { stir: { speed: 300, seconds: 2 } },
  isSafe: ({ twins }) => twins.hotplate.isOff,
  trials: {
    exempt: { F18: "it obeys STOP at any time, also while its menu is open" },
    alarm: ({ twins }) => twins.hotplate.trip(),
    mishaps: { "a bar that comes loose": ({ twins }) => twins.hotplate.comeLoose() },
  },
});
