import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { until } from "../../time.ts";
import { becomes, gateway, outside, usable } from "./bench.ts";

/** Ports that may not be had, and what is said of them. */

const rules = "/run/udev/rules.d/80-forbidden.rules";

test("a port that may not be opened any more says so, and who may; allowed again, the Thing is ready by itself", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  mkdirSync("/run/udev/rules.d", { recursive: true });
  writeFileSync(rules, 'SUBSYSTEM=="tty", ATTRS{serial}=="BENCHD0001", GROUP="root", MODE="0000"\n');
  execFileSync("udevadm", ["control", "--reload"]);
  await outside.plug("usb1", "pump");
  const why = async () => (await gateway.states())["pump"]?.reason ?? "";
  await until("it is told", async () => /may not be opened: add the user .* to the group dialout/.test(await why()));
  rmSync(rules);
  execFileSync("udevadm", ["control", "--reload"]);
  execFileSync("chgrp", ["dialout", "/dev/ttyUSB0"]);
  chmodSync("/dev/ttyUSB0", 0o660);
  await usable("pump");
});

test("while benchd has a port, no other program of the same user can open it", () => {
  const attempt = ["--reuid=benchd", "--regid=benchd", "--init-groups", "sh", "-c", ": < /dev/ttyUSB0"];
  assert.throws(() => execFileSync("setpriv", attempt, { stdio: "pipe" }), /busy/);
});
