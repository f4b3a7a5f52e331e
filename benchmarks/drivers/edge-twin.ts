import { defineTwin } from "benchd/testing";
import { swing } from "./edges.ts";

/** What is on the other end of the line: the driver of the same benchmark has it swing. */
export default defineTwin(({ gpio }) => {
  const line = gpio?.wiring["input"]?.line;
  let level = false;
  if (gpio && line !== undefined)
    swing.flip = () => {
      level = !level;
      gpio.chip.drive(line, level);
    };
  return { heal() {} };
});
