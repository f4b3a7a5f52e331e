import assert from "node:assert/strict";
import type { Checks } from "../gpio/checks.ts";
import { states } from "./bench.ts";
import { isDown, post, runs, systemctl, unit } from "./unit.ts";

/** F06: what crashes again and again ends up where somebody can look, and comes back when it has been mended. */
export async function checkSafeMode({ check }: Pick<Checks, "check">): Promise<void> {
  await check("F06 after three crashes the fourth start opens nothing and says why; a restart opens all", async () => {
    // Those of the checks before this one count: they have crashed it just so.
    for (let kills = 0; !(await unit()).status.startsWith("safe mode"); kills++) {
      assert.ok(kills < 3, "it is killed more often than three times");
      const { pid, restarts } = (await runs()).found;
      process.kill(pid, "SIGKILL");
      await isDown();
      await runs(restarts + 1);
    }
    assert.match((await unit()).status, /^safe mode, no device is open\. 3 starts in a row have failed/);
    assert.match((await states())["up"] ?? "", /^closed: safe mode/);
    assert.equal((await post("uart/dispense", { volume: 1 })).status, 409);
    await systemctl("restart", "benchd");
    assert.match((await unit()).status, /Things are ready/);
  });
}
