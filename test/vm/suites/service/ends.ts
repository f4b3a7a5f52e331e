import assert from "node:assert/strict";
import { until } from "../../time.ts";
import type { Checks } from "../gpio/checks.ts";
import type { Outputs } from "./bench.ts";
import { get, journal, post, runs, systemctl, unit } from "./unit.ts";

/** What does not end the service, and then what ends it as asked, with its outputs switched on, each pulled up as well as down. */
export async function checkEnds({ check }: Pick<Checks, "check">, outputs: Outputs): Promise<void> {
  await check("F05 a loop that hangs for 1 s shows as lag, and nothing else happens", async () => {
    const { restarts, pid } = (await runs()).found;
    await post("clog/block", { seconds: 1 });
    await until("it shows", async () => {
      const { probes } = (await get("health")) as { readonly probes: Record<string, { readonly lagMs?: number }> };
      return (probes["event loop"]?.lagMs ?? 0) >= 900;
    });
    const now = await unit();
    assert.deepEqual([now.restarts, now.pid], [restarts, pid]);
  });

  await check("F02 SIGTERM in the middle of a dose: it ends with 0, in time, and outputs are safe", async () => {
    await runs();
    await outputs.switchAway();
    assert.equal((await post("uart/dispense", { volume: 5 })).status, 201);
    const start = performance.now();
    await systemctl("stop", "benchd");
    assert.ok(performance.now() - start < 40_000);
    const { result, exit, sub } = await unit();
    assert.deepEqual([result, exit, sub], ["success", 0, "dead"]);
    outputs.assertSafe();
    assert.match(await journal(), /ending: what runs is cancelled/);
  });
}
