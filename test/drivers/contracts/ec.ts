import { contract } from "../contract.ts";
import { ec } from "../placed.ts";

export default contract({
  thing: "ec",
  things: { ec },
  inputs: { measure: { seconds: 2 }, calibrate: { point: "one", conductivity: 1413, seconds: 2 } },
});
