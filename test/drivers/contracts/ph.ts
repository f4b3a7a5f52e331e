import { contract } from "../contract.ts";
import { ph } from "../placed.ts";

export default contract({
  thing: "ph",
  things: { ph },
  inputs: {
    measure: { seconds: 2 },
    calibrate: { point: "mid", ph: 7, clearOthers: true, seconds: 2 },
    // What is in the beaker passes for the buffer.
    calibrate_guided: { points: 1, low: 1, mid: 3.4, seconds: 2 },
  },
  answer: () => null,
});
