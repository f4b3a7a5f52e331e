import { contract } from "../contract.ts";
import { ph } from "../placed.ts";

export default contract({
  thing: "ph",
  things: { ph },
  inputs: { measure: { seconds: 2 }, calibrate: { point: "mid", ph: 7, clearOthers: true, seconds: 2 } },
});
