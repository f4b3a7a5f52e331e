import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findSysfsChip } from "../../../../src/transport/sysfs-chip.ts";

/** Outside: what run.sh has copied from the emulated Raspberry Pi 3B. */
const [, , copied = ""] = process.argv;

test("the chip behind the header is found by its label, among others", async (t) => {
  const { label, base, lines } = await findSysfsChip(copied, undefined);
  t.diagnostic(`${label}: ${lines} lines from ${base} on`);
  assert.equal(label, "pinctrl-bcm2835");
  assert.equal(lines, 54);
});

test("its base and the BCM number make the number that the kernel drives; the BCM number alone is refused", async () => {
  const { base } = await findSysfsChip(copied, undefined);
  assert.equal(readFileSync(join(copied, `driven${base + 17}`), "utf8"), "1\n");
  assert.ok(existsSync(join(copied, "refused17")));
});
