import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const json = (file: string) => JSON.parse(readFileSync(at(file), "utf8"));

/** What the lockfile says of each package but our own, by the folder it is installed in. */
export const locked = (): readonly (readonly [folder: string, Locked])[] =>
  Object.entries<Locked>(json("package-lock.json").packages).filter(([folder]) => folder.startsWith("node_modules/"));

/** The folders of what runs with benchd, of those that are installed here. */
export const runtimePackages = (): readonly string[] =>
  locked()
    .filter(([folder, { dev, link }]) => !dev && !link && existsSync(at(folder)))
    .map(([folder]) => folder);
