/** benchd as the service that `benchd install-service` makes of it, on a real systemd. Exits with 1 when a check fails. */
import { simulator } from "../../control.ts";
import { Checks } from "../gpio/checks.ts";
import { GpioSim } from "../gpio/gpio-sim.ts";
import { plugGadget } from "../serial/gadget.ts";
import type { SerialVerbs } from "../serial/simulator.ts";
import { Outputs, writeConfiguration } from "./bench.ts";
import { checkCrashes } from "./crashes.ts";
import { checkEnds } from "./ends.ts";
import { checkHeld } from "./held.ts";
import { checkJournalFields } from "./journal-fields.ts";
import { checkSafeMode } from "./safe-mode.ts";
import { checkSandbox } from "./sandbox.ts";
import { checkStore } from "./store.ts";
import { run } from "./unit.ts";

const [, , role, ...named] = process.argv;
const parts = {
  sandbox: checkSandbox,
  journal: checkJournalFields,
  crashes: checkCrashes,
  "safe-mode": checkSafeMode,
  ends: checkEnds,
  store: checkStore,
  held: checkHeld,
};
const checks = new Checks();
const bound = { check: checks.check.bind(checks) };
const outside = await simulator<SerialVerbs>();
await outside.plug("usb1", "pump");
await plugGadget();
writeConfiguration({ hold: false });
const outputs = new Outputs(GpioSim.started());
// All of it, or only the parts that are named; the first of them installs the service.
const wanted = role === undefined ? Object.keys(parts) : ["sandbox", role, ...named];
for (const [name, part] of Object.entries(parts)) if (wanted.includes(name)) await part(bound, outputs);
await run("journalctl", "--no-pager", "--output=short-precise", "--unit=benchd").catch(() => {});
process.exit(checks.end());
