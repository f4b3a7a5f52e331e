import { readFileSync } from "node:fs";

/** How long a process has kept cores busy so far, all of its threads; milliseconds, in steps of 10. */
export function processorMs(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name of the program, which may have anything in it, is in parentheses.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}
