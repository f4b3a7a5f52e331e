import assert from "node:assert/strict";
import type { Checks } from "../gpio/checks.ts";
import { allReady, type Outputs } from "./bench.ts";
import { benchd, get, run, runs, systemctl, unit } from "./unit.ts";

const maxExposure = 1.5;

/** What `benchd install-service` makes of this machine, and whether every kind of device works in it. */
export async function checkSandbox({ check }: Pick<Checks, "check">, outputs: Outputs): Promise<void> {
  await check("install-service writes a unit that systemd takes without a word, and once only", async () => {
    const first = await benchd("install-service");
    assert.match(first, /^wrote \/etc\/systemd\/system\/benchd\.service$/m);
    assert.doesNotMatch(await benchd("install-service"), /^(wrote|changed) /m);
    assert.equal(await run("systemd-analyze", "verify", "/etc/systemd/system/benchd.service"), "");
  });

  await check(`its sandbox is exposed at most ${maxExposure}`, async () => {
    const told = await run("systemd-analyze", "security", "--no-pager", "benchd.service");
    const [, exposure] = /exposure level for benchd\.service: ([\d.]+)/.exec(told) ?? [];
    assert.ok(Number(exposure) <= maxExposure, `it is ${exposure}`);
  });

  await check("it starts, says when it is ready, and runs as a user of its own", async () => {
    await systemctl("start", "benchd");
    const { pid, status } = await unit();
    assert.match(status, /Things are ready/);
    assert.match(await run("ps", "-o", "user=,group=", "-p", String(pid)), /^benchd +benchd/);
  });

  await check("FTDI, CDC-ACM, the UART and GPIO work inside the sandbox", async () => {
    await allReady();
    for (const pump of ["ftdi", "gadget", "uart"]) assert.equal(typeof (await get(`${pump}/rate`)), "number");
    outputs.assertSafe();
    await outputs.switchAway();
  });

  await check("inside it there is nothing but that: no other device, no home, nothing to write", async () => {
    const { pid } = (await runs()).found;
    const inside = (text: string) =>
      run("nsenter", "--target", String(pid), "--mount", "--", "/bin/sh", "-c", `${text}; true`);
    assert.equal((await inside("find /root /home -mindepth 1 2>/dev/null | wc -l")).trim(), "0");
    assert.match(await inside("touch /etc/here 2>&1"), /Read-only/);
  });
}
