import { contract } from "../contract.ts";
import { stage } from "../placed.ts";

export default contract({
  thing: "stage",
  things: { stage },
  inputs: {
    move_relative: { x: 300, z: -100 },
    move_absolute: { x: 200, y: -300 },
    jog: { y: 300 },
    move_to_xyz_position: { xyz_pos: [100, 200, -300] },
  },
  isSafe: ({ twins }) => !twins.stage.moving,
  // Some three seconds: a fault in its middle does not come at its end.
  trials: { action: "move_relative", input: { x: 3000, z: -1000 } },
});
