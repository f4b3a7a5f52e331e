/** A service that keeps an open file the first time, and the second time goes on writing to it. */
import { closeSync, openSync, writeSync } from "node:fs";
import { DescriptorStore } from "../../../../src/cli/systemd/descriptor-store.ts";
import { openNotify } from "../../../../src/cli/systemd/notify.ts";

const [, , file = ""] = process.argv;
const notify = await openNotify(process.env);
const store = new DescriptorStore({ notify, environment: process.env, pid: process.pid });
const kept = store.take("relays.pump_power");
if (kept === undefined) {
  const fd = openSync(file, "a");
  writeSync(fd, "kept\n");
  if (!store.keep("relays.pump_power", fd)) throw new Error("systemd does not take it");
  closeSync(fd);
} else writeSync(kept, `taken, as one of ${process.env["LISTEN_FDS"]}\n`);
notify("READY=1");
setInterval(() => {}, 1e6);
