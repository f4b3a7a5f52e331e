import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";

/** A program that has a device open. */
export interface Holder {
  readonly pid: number;
  readonly program: string;
  /** It is this process. */
  readonly self: boolean;
}

/** Who has a device open, as far as this user may see: other users' programs are shown to root only. */
export async function holdersOf(node: string, root = "/"): Promise<readonly Holder[]> {
  const device = await realpath(join(root, node)).catch(() => undefined);
  if (device === undefined) return [];
  const proc = join(root, "proc");
  const self = await readlink(join(proc, "self")).catch(() => "");
  const processes = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (pid): Promise<readonly Holder[]> => {
      if (!(await hasOpen(join(proc, pid, "fd"), device))) return [];
      const program = await readFile(join(proc, pid, "comm"), "utf8").catch(() => "a program");
      return [{ pid: Number(pid), program: program.trim(), self: pid === basename(self) }];
    }),
  );
  return found.flat();
}

async function hasOpen(folder: string, device: string): Promise<boolean> {
  // It may have ended meanwhile, or be none of our business.
  for (const fd of await readdir(folder).catch(() => []))
    if ((await readlink(join(folder, fd)).catch(() => "")) === device) return true;
  return false;
}

/** Programs that are known to take ports unasked, and how to keep them from it. */
const uninvited: Readonly<Record<string, string>> = {
  ModemManager: "sudo systemctl disable --now ModemManager",
  brltty: "sudo apt remove brltty",
  agetty: "sudo raspi-config, Interface Options, Serial Port: no login shell",
};

/** Who it is, and what to do about it. */
export function holdersText(holders: readonly Holder[], node: string): string {
  if (holders.length === 0) return `by another program: find it with "sudo fuser -v ${node}" and close it`;
  const named = holders.map(({ pid, program, self }) => (self ? "benchd itself" : `${program} (process ${pid})`));
  const remedies = holders.flatMap(({ program }) => uninvited[program] ?? []);
  const remedy = remedies[0] ?? (holders.every(({ self }) => self) ? "give each Thing a port of its own" : "close it");
  return `by ${[...new Set(named)].join(" and ")}: ${remedy}`;
}
