import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { until } from "../../time.ts";
import { gateway, underWay, usable } from "./bench.ts";
import { plugGadget, unplugGadget } from "./gadget.ts";

test("a pump with a USB socket of its own (CDC-ACM) is pulled out in the middle of a dose, and comes back", async (t) => {
  await plugGadget();
  await usable("gadget");
  const id = await gateway.start("gadget/dispense", { volume: 5 });
  await underWay(id);
  const ending = gateway.invocation(id, 20);
  const start = performance.now();
  await unplugGadget();
  const { status, outcome } = await ending;
  const endedMs = performance.now() - start;
  assert.deepEqual({ status, outcome }, { status: "error", outcome: "unknown" });
  await until("the node is gone", () => !existsSync("/dev/ttyACM0"));
  await plugGadget();
  const { tookMs } = await usable("gadget");
  // No bound: the instrument's side is this very process, and what was asked before it listens is asked again later.
  t.diagnostic(`ended after ${Math.round(endedMs)} ms, usable after ${Math.round(tookMs)} ms`);
});
