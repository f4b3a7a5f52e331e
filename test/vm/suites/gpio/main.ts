/** GPIO on a real kernel: runs in the virtual machine, with plain Node, as root. Exits with 1 when a check fails. */
import { backEnds, checkBackEnds } from "./back-ends.ts";
import { Checks } from "./checks.ts";
import { checkFaults } from "./faults.ts";
import { GpioSim } from "./gpio-sim.ts";
import { hold } from "./hold.ts";
import { checkSafeState } from "./safe-state.ts";

const [, , role, ...names] = process.argv;
const held = role === "hold" ? backEnds.filter((backend) => names.includes(backend)) : [];
for (const backend of held) await hold(backend);
process.exit(role === "hold" ? 0 : await checkAll(role));

/** All of it, or only the part that is named. */
async function checkAll(part?: string): Promise<number> {
  const checks = new Checks();
  const bound = { check: checks.check.bind(checks) };
  const sim = GpioSim.started();
  const parts = { "back-ends": checkBackEnds, faults: checkFaults, "safe-state": checkSafeState };
  for (const [name, run] of Object.entries(parts)) if (part === undefined || part === name) await run(bound, sim);
  return checks.end();
}
