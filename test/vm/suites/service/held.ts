import assert from "node:assert/strict";
import type { Checks } from "../gpio/checks.ts";
import { type Outputs, writeConfiguration } from "./bench.ts";
import { isDown, runs, systemctl, unit } from "./unit.ts";

/** What is to hold over an upgrade does, whatever the pull: systemd has the line meanwhile. */
export async function checkHeld({ check }: Pick<Checks, "check">, outputs: Outputs): Promise<void> {
  await check("upgrade: outputs that hold over a restart never change, the others are safe after it", async () => {
    await systemctl("stop", "benchd");
    outputs.unexport();
    writeConfiguration({ hold: true });
    await systemctl("start", "benchd");
    outputs.assertSafe();
    await outputs.switchAway();
    const watched = await outputs.watchHeld();
    await systemctl("restart", "benchd");
    const seen = await watched();
    // Of each board the one that is on when high, and the one that is on when low.
    assert.deepEqual(seen, [[true], [false], [true], [false]]);
    assert.deepEqual(outputs.away(), ["up.pump_power", "up.lamp", "down.pump_power", "down.lamp"]);
    assert.match((await unit()).status, /^\d of 6 Things are ready/);
  });

  await check("a crash is no upgrade: what holds over that only is safe after it", async () => {
    const { pid, restarts } = (await runs()).found;
    process.kill(pid, "SIGKILL");
    await isDown();
    await runs(restarts + 1);
    outputs.assertSafe();
  });
}
