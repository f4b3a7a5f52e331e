import { readFile } from "node:fs/promises";

/** How long a process has kept a core busy so far; milliseconds, in steps of 10. */
export async function processorMs(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  // The name of the program, which may have anything in it, is in parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return (user + system) * 10;
}
