import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { client, ends } from "./client.ts";
import { bench, benchd, installed, listening, main, started } from "./installed.ts";
import { withoutDisk } from "./own-disk.ts";

function configured() {
  const at = mkdtempSync(join(bench, "backup-"));
  const config = join(at, "benchd.yaml");
  writeFileSync(config, "stateDirectory: ./state\nthings: { counter: { driver: counter } }");
  return { at, config };
}

/** A script that is given a folder and what to run; all that it has said. */
async function inOwnMounts(script: string, folder: string, ...args: readonly string[]) {
  const running = started("unshare", ["-Urm", "sh", "-c", script, folder, process.execPath, main, ...args], bench);
  const said: string[] = [];
  running.lines.on("line", (line) => said.push(line));
  return { status: await running.ended, said, complaints: running.complaints() };
}

describe.runIf(withoutDisk === undefined)("F37 a disk without room for a backup", () => {
  test("it says so, and nothing of the backup is left", async () => {
    const { at, config } = configured();
    const gateway = benchd("serve", "--mock", "--port", "0", "--config", config);
    const { ask } = client(await listening(gateway));
    await ask("POST", "/counter/noop", {});
    const disk = join(at, "disk");
    mkdirSync(disk);
    writeFileSync(join(at, "state/large"), Buffer.alloc(2 ** 20));
    // For the history, and for what comes after it.
    for (const size of ["16k", "256k"]) {
      const script = `mount -t tmpfs -o size=${size} benchd "$0" && { "$@"; status=$?; ls -A "$0"; exit $status; }`;
      const { status, said, complaints } = await inOwnMounts(
        script,
        disk,
        "backup",
        join(disk, "b"),
        "--config",
        config,
      );
      expect([status, said]).toEqual([1, []]);
      expect(complaints).toContain(`the disk of ${disk} is full`);
    }
    // The gateway has noticed nothing of all that.
    expect((await ask("POST", "/counter/noop", {})).status).toBe(201);
    expect(await ends(gateway)).toBe(0);
  });
});

test("a process that is killed in the middle leaves no backup under the name it was to have", async () => {
  const { at, config } = configured();
  const state = join(at, "state");
  mkdirSync(state);
  for (let n = 0; n < 40; n++) writeFileSync(join(state, `large-${n}`), Buffer.alloc(2 ** 20));
  const target = join(at, "copy");
  const making = benchd("backup", target, "--config", config);
  await expect.poll(() => readdirSync(at).some((name) => name.startsWith("copy.part-"))).toBe(true);
  making.child.kill("SIGKILL");
  await making.ended;
  expect(readdirSync(at)).not.toContain("copy");
  const again = benchd("backup", target, "--config", config);
  expect(await again.ended).toBe(0);
  expect(readdirSync(at)).toContain("copy");
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("Not tried here, for want of root: a backup of what belongs to another user\n");

test.runIf(isRoot)("made by root, it leaves nothing of root's beside the history of the gateway's user", async () => {
  const { at, config } = configured();
  const gateway = benchd("serve", "--mock", "--port", "0", "--config", config);
  const { ask } = client(await listening(gateway));
  await ask("POST", "/counter/noop", {});
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  const state = join(at, "state");
  // It has to be made anew by whoever opens the history.
  rmSync(join(state, "history.db-shm"), { force: true });
  const user = 54_321;
  for (const path of [installed, bench, at]) chmodSync(path, 0o755);
  const all = () => ["", ...readdirSync(state, { encoding: "utf8", recursive: true })].map((name) => join(state, name));
  for (const path of all()) chownSync(path, user, user);
  const making = benchd("backup", join(at, "copy"), "--config", config, "--json");
  const said: string[] = [];
  making.lines.on("line", (line) => said.push(line));
  expect(await making.ended, making.complaints()).toBe(0);
  expect(JSON.parse(said.join())).toMatchObject({ sound: true, invocations: 1 });
  expect(all().filter((path) => statSync(path).uid !== user)).toEqual([]);
});
