/** `npm run docs`: the documentation as a site, in `dist/docs` or the folder that is named. Needs the network once, for its tools. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const [, , out = resolve(here, "../dist/docs")] = process.argv;
// What npm writes last.
if (!existsSync(`${here}node_modules/.package-lock.json`))
  execFileSync("npm", ["ci"], { cwd: here, stdio: ["ignore", 2, 2] });
const typedoc = [`${here}node_modules/typedoc/bin/typedoc`, "--options", `${here}typedoc.json`];
const { status } = spawnSync(process.execPath, [...typedoc, "--out", resolve(out)], { stdio: "inherit" });
process.exit(status ?? 1);
