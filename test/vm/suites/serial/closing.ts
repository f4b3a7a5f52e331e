import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gateway, outside, underWay } from "./bench.ts";

test("pulled out while benchd ends, in the middle of a dose: it ends with 0 all the same, within 10 s", async () => {
  const id = await gateway.start("pump/dispense", { volume: 5 });
  await underWay(id);
  await outside.delay("pump", 300, 20);
  const start = performance.now();
  const ended = gateway.stop();
  await sleep(200);
  await outside.unplug("usb1");
  assert.equal(await ended, 0);
  assert.ok(performance.now() - start < 10_000);
});
