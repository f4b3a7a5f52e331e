/** The Debian package on Debian, from its installation to its purge. Exits with 1 when a check fails. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { simulator } from "../../control.ts";
import { Checks } from "../gpio/checks.ts";
import { GpioSim } from "../gpio/gpio-sim.ts";
import type { SerialVerbs } from "../serial/simulator.ts";
import { get, post, run, runs, systemctl, unit } from "../service/unit.ts";
import { answering, configuration, configure, history, old, putOldHistory, Relays, ready } from "./bench.ts";
import { differences, everything } from "./machine.ts";

const folder = "dist/packages/vm";
const packages = readdirSync(folder).filter((name) => name.endsWith(".deb"));
const next = packages.find((name) => name.includes("+next_")) ?? "";
const first = packages.find((name) => name !== next) ?? "";
const versionOf = (file: string) => file.split("_")[1];
/** It waits for the service to be restarted, on a machine that may have much else to do. */
async function dpkg(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("dpkg", ["--force-unsafe-io", ...args], { timeout: 600_000 });
  return stdout;
}

const checks = new Checks();
const check = checks.check.bind(checks);
const outside = await simulator<SerialVerbs>();
await outside.plug("usb1", "pump");
const relays = new Relays(GpioSim.started());
const before = await everything();
let id = "";

await check("dpkg installs it, and it runs as a user of its own, has no device and answers this machine", async () => {
  await dpkg("--install", `${folder}/${first}`);
  const { found } = await runs();
  assert.match(await run("ps", "-o", "user=,group=", "-p", String(found.pid)), /^benchd +benchd/);
  assert.deepEqual([await answering(), await get("thing_states")], [versionOf(first), {}]);
  assert.equal((await run("benchd", "--version")).trim(), versionOf(first));
  assert.equal((await systemctl("is-enabled", "benchd")).trim(), "enabled");
  assert.equal(await run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/benchd.service"), "");
});

await check("a history of the first benchd is taken over, GPIO and an FTDI adapter work in its sandbox", async () => {
  await systemctl("stop", "benchd");
  await putOldHistory();
  configure(configuration);
  assert.match(await run("benchd", "install-service"), /^wrote \/etc\/systemd\/system\/benchd\.service\.d\//m);
  await systemctl("start", "benchd");
  await ready();
  assert.equal(typeof (await get("pump/rate")), "number");
  assert.deepEqual(relays.levels(), [true, false]);
  const answer = await post("counter/noop");
  assert.equal(answer.status, 201);
  ({ id } = (await answer.json()) as { id: string });
  await relays.switchOn();
  assert.ok((await history()).some((past) => past.id === old && past.status === "completed"));
});

for (const [what, file] of [
  ["upgrade", next],
  ["downgrade", first],
] as const)
  await check(`${what}: outputs that hold never change, and what was done is still known`, async () => {
    const { pid } = (await runs()).found;
    const watched = await relays.watch();
    const start = performance.now();
    await dpkg("--install", `${folder}/${file}`);
    await ready();
    const seen = await watched();
    process.stdout.write(`# ${what}: ${Math.round(performance.now() - start)} ms\n`);
    assert.deepEqual(seen, [[false], [true]]);
    assert.notEqual((await runs()).found.pid, pid);
    assert.equal(await answering(), versionOf(file));
    const known = (await history()).map((past) => past.id);
    assert.ok(known.includes(id) && known.includes(old), known.join());
    const { result, restarts } = await unit();
    assert.deepEqual([result, restarts], ["success", 0]);
  });

await check("a stop and a start instead let go of them: these checks would tell", async () => {
  const watched = await relays.watch();
  await systemctl("stop", "benchd");
  await systemctl("start", "benchd");
  assert.deepEqual(await watched(), [
    [false, true],
    [true, false],
  ]);
  await ready();
  await relays.switchOn();
});

await check("npm's way beside it is refused, and says what to do", async () => {
  await assert.rejects(
    run("node", "dist/benchd/src/cli/main.js", "install-service"),
    /the Debian package benchd is installed/,
  );
});

await check("removing it makes its outputs safe, and keeps its configuration and its state", async () => {
  const told = await dpkg("--remove", "benchd");
  assert.match(told, /^relays: safe: .*lamp/m);
  assert.deepEqual(relays.levels(), [true, false]);
  assert.equal((await unit()).active, "inactive");
  assert.ok(existsSync("/var/lib/benchd/history.db"));
  assert.equal(readFileSync("/etc/benchd/benchd.yaml", "utf8"), configuration);
});

await check("purging it leaves nothing", async () => {
  await dpkg("--purge", "benchd");
  assert.deepEqual(differences(before, await everything()), []);
});

await run("journalctl", "--no-pager", "--output=short-precise", "--unit=benchd").catch(() => {});
process.exit(checks.end());
