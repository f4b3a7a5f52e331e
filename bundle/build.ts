/** A step of `npm run build`: `dist/benchd`, which is what people run. */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const folder = fileURLToPath(new URL("../benchd", import.meta.url));
rmSync(folder, { recursive: true, force: true });
await bundle(folder);
