/** GPIO on a real kernel: runs in the virtual machine, with plain Node, as root. Exits with 1 when a check fails. */
import { checkBackEnds } from "./back-ends.ts";
import { Checks } from "./checks.ts";
import { checkFaults } from "./faults.ts";
import { GpioSim } from "./gpio-sim.ts";
import { checkSafeState } from "./safe-state.ts";

const checks = new Checks();
const bound = { check: checks.check.bind(checks) };
const sim = GpioSim.started();
await checkBackEnds(bound, sim);
await checkFaults(bound, sim);
await checkSafeState(bound, sim);
process.exit(checks.end());
