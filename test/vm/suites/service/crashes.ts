import assert from "node:assert/strict";
import { until } from "../../time.ts";
import type { Checks } from "../gpio/checks.ts";
import type { Outputs } from "./bench.ts";
import { isDown, override, post, runs, unit } from "./unit.ts";

/** Every way in which the service can end without being asked, with its outputs switched on, each pulled up as well as down. */
export async function checkCrashes({ check }: Pick<Checks, "check">, outputs: Outputs): Promise<void> {
  const kill = async () => {
    const { pid, restarts } = (await runs()).found;
    await outputs.switchAway();
    process.kill(pid, "SIGKILL");
    await isDown();
    return restarts;
  };

  await check("F01 crash: outputs are safe before it is started again, and then it is", async () => {
    const restarts = await kill();
    outputs.assertSafe();
    await runs(restarts + 1);
    outputs.assertSafe();
  });

  await check("without ExecStopPost= the same crash leaves outputs on: these checks would tell", async () => {
    await override("ExecStopPost=");
    try {
      const restarts = await kill();
      assert.throws(() => outputs.assertSafe(), /not safe/);
      await runs(restarts + 1);
      outputs.assertSafe();
    } finally {
      await override();
    }
  });

  await check("F05 a loop that hangs: the watchdog kills it, outputs are safe, and it is started again", async () => {
    const { restarts } = (await runs()).found;
    await outputs.switchAway();
    void post("clog/block", { seconds: 3600 }).catch(() => {});
    const start = performance.now();
    await until("it was killed", async () => (await unit()).sub !== "running", { withinMs: 90_000, everyMs: 200 });
    await isDown();
    outputs.assertSafe();
    assert.equal((await unit()).result, "watchdog");
    assert.ok(performance.now() - start > 5000);
    await runs(restarts + 1);
    outputs.assertSafe();
  });
}
