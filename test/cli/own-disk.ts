import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench, main, started } from "./installed.ts";

const said = ({ status, error, stderr }: ReturnType<typeof spawnSync>) =>
  status === 0 ? undefined : (error?.message ?? String(stderr).trim());

/** Why nobody gets a disk of his own here, in words; undefined where one does. */
export const withoutDisk = told("a disk of one's own", () =>
  said(spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "benchd", "/mnt"])),
);

/** Why nobody's system calls can be made to fail here, in words; undefined where they can. */
export const withoutFaults = told("system calls that fail", () => {
  const sleeper = spawn("sleep", ["0.3"]);
  return said(spawnSync("strace", ["-qq", "-o", "/dev/null", "-p", String(sleeper.pid)]));
});

/** Whoever reads that nothing has failed is to know what was not tried. */
function told(what: string, why: () => string | undefined): string | undefined {
  const reason = why();
  if (reason !== undefined) process.stderr.write(`Not tried here, for want of ${what}: ${reason}\n`);
  return reason;
}

/**
 * benchd whose state is on a disk that nobody else has and that is gone with it: `options` as tmpfs has them, such as
 * `size=512k,nr_inodes=12`. `before` is run there first, by the shell.
 */
export function onDisk(state: string, options: string, before: string, ...args: readonly string[]) {
  mkdirSync(state, { recursive: true });
  const script = `mount -t tmpfs -o ${options} benchd "$0" && (cd "$0" && ${before}) && exec "$@"`;
  const command = ["-Urm", "sh", "-c", script, state, process.execPath, main, ...args];
  const running = started("unshare", command, bench);
  const disk = `/proc/${running.child.pid}/root${state}`;
  const filling = join(disk, "filling");
  const logged: string[] = [];
  running.lines.on("line", (line) => logged.push(line));
  return {
    ...running,
    disk,
    /** What its log has said of that. */
    said: (what: RegExp) => logged.map((line) => String(JSON.parse(line).msg)).filter((message) => what.test(message)),
    fill() {
      try {
        writeFileSync(filling, Buffer.alloc(8 * 2 ** 20));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
    free: () => rmSync(filling, { force: true }),
    /** With other options. */
    remount(changed: string) {
      const inside = ["-t", String(running.child.pid), "-U", "-m", "--preserve-credentials"];
      // Told all of it, or mount would ask for the owner that the disk has seen from outside.
      execFileSync("nsenter", [...inside, "mount", "-t", "tmpfs", "-o", `remount,${changed}`, "benchd", state]);
    },
  };
}

/** Make system calls of a process fail on these files, such as `pwrite64:error=EIO`; resolves with how to end that. */
export async function faulty(pid: number, call: string, files: readonly string[]): Promise<() => Promise<void>> {
  const paths = files.flatMap((file) => ["-P", file]);
  const strace = spawn("strace", ["-f", "-p", String(pid), ...paths, "-e", `inject=${call}`, "-o", "/dev/null"]);
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on("data", (text) => String(text).includes("attached") && resolve());
    strace.once("exit", () => reject(new Error("strace has ended")));
  });
  return async () => {
    strace.kill("SIGINT");
    await once(strace, "exit");
  };
}
