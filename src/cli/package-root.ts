import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What is looked at of benchd's own package.json. */
export interface OwnPackage {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** Two folders up in the sources, three in what is compiled of them, four in the package. */
const above = ["../../", "../../../", "../../../../"].map((path) => new URL(path, import.meta.url));

/** The folder of this copy of benchd, and its package.json; undefined where there is none above it. */
export async function packageRoot(): Promise<{ readonly folder: string; readonly told: OwnPackage } | undefined> {
  for (const url of above) {
    const text = await readFile(new URL("package.json", url), "utf8").catch(() => undefined);
    if (text !== undefined) return { folder: fileURLToPath(url), told: JSON.parse(text) as OwnPackage };
  }
  return undefined;
}
