/** A step of `npm run build`: beside the program that serves it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const folder = fileURLToPath(new URL("../benchd/dashboard/files", import.meta.url));
const { files } = await bundle();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { path, contents } of files) writeFileSync(join(folder, basename(path)), contents);
