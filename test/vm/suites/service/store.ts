import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DescriptorStore } from "../../../../src/cli/systemd/descriptor-store.ts";
import { openNotify } from "../../../../src/cli/systemd/notify.ts";
import { until } from "../../time.ts";
import type { Checks } from "../gpio/checks.ts";
import { run, systemctl, unit } from "./unit.ts";

const file = "/run/benchd-vm-kept";
const suite = fileURLToPath(new URL("main.js", import.meta.url));

/** A service that keeps an open file the first time, and the second time goes on writing to it. */
export async function keepOrTake(): Promise<void> {
  const notify = await openNotify(process.env);
  const store = new DescriptorStore({ notify, environment: process.env, pid: process.pid });
  const kept = store.take("relays.pump_power");
  if (kept === undefined) {
    const fd = openSync(file, "a");
    writeSync(fd, "kept\n");
    assert.equal(store.keep("relays.pump_power", fd), true);
    closeSync(fd);
  } else writeSync(kept, `taken, as one of ${process.env["LISTEN_FDS"]}\n`);
  notify("READY=1");
  await new Promise(() => setInterval(() => {}, 1e6));
}

export async function checkStore({ check }: Pick<Checks, "check">): Promise<void> {
  await check("an open file outlives a kill of its process in the descriptor store, until it is taken", async () => {
    writeFileSync(file, "");
    const properties = ["Type=notify", "NotifyAccess=main", "FileDescriptorStoreMax=4", "Restart=always"];
    const options = properties.map((property) => `--property=${property}`);
    await run(
      "systemd-run",
      "--unit=keeper",
      ...options,
      `--working-directory=${process.cwd()}`,
      process.execPath,
      suite,
      "keep",
    );
    for (const text of ["kept\n", "kept\ntaken, as one of 1\n", "kept\ntaken, as one of 1\nkept\n"]) {
      await until(text, () => readFileSync(file, "utf8") === text, { withinMs: 60_000 });
      const { pid } = (
        await until("it runs", async () => {
          const now = await unit("keeper");
          return now.sub === "running" && now;
        })
      ).found;
      process.kill(pid, "SIGKILL");
    }
    await systemctl("stop", "keeper");
    rmSync(file);
  });
}
