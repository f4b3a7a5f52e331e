import { contract } from "../contract.ts";
import { rtd } from "../placed.ts";

export default contract({
  thing: "probe",
  things: { probe: rtd },
  inputs: { measure: { seconds: 2 }, calibrate: { temperature: 21, seconds: 2 } },
});
