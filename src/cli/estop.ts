import { emergencyStop } from "./emergency-stop.ts";
import type { Command } from "./shell.ts";

/** The emergency stop by a name that is typed quickly. */
export const estop: Command = {
  usage: "benchd estop [clear] [--reason TEXT] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Press the emergency stop of a running gateway, or clear it; the same as benchd emergency-stop.",
  help: ["clear           let work in again; starts nothing, and wants a --reason", ...emergencyStop.help.slice(1)],
  run: ([first, ...rest], shell) =>
    emergencyStop.run(first === "clear" ? ["--clear", ...rest] : first === undefined ? [] : [first, ...rest], shell),
};
