import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Contender, startFile } from "./contender.ts";

const folder = fileURLToPath(new URL("../../benchmarks/peers/", import.meta.url));

/** Start `peers/<name>`, another program than benchd; their packages are installed when they are missing. */
export async function startPeer<Told>(name: string, ...args: string[]): Promise<Contender<Told>> {
  // What npm writes last.
  if (!existsSync(`${folder}node_modules/.package-lock.json`))
    execFileSync("npm", ["ci"], { cwd: folder, stdio: ["ignore", 2, 2] });
  return startFile(`${folder}${name}.js`, args);
}
