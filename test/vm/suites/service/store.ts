import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { until } from "../../time.ts";
import type { Checks } from "../gpio/checks.ts";
import { run, systemctl, unit } from "./unit.ts";

const file = "/run/benchd-vm-kept";
const keeper = fileURLToPath(new URL("keeper.js", import.meta.url));

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
      keeper,
      file,
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
