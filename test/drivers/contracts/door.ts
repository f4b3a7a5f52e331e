import definition from "../../../drivers/door.ts";
import twin from "../../../hardware-mocks/door.ts";
import { contract } from "../contract.ts";

export default contract({
  thing: "door",
  things: { door: { definition, twin, gpio: { switch: { line: 23, activeLow: true, pull: "up", debounceMs: 25 } } } },
});
