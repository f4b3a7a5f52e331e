import definition from "../../../drivers/estop-button.ts";
import twin from "../../../hardware-mocks/estop-button.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "estop",
  things: { estop: { definition, twin, gpio: { contact: { line: 24, activeLow: true, pull: "up", debounceMs: 10 } } } },
});
