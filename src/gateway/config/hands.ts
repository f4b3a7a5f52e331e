import { lstat, readlink, stat } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import type { Config } from "./config.ts";

/** Everybody may write. In a folder with the sticky bit, such as /tmp, nobody can replace what is another's. */
const othersWrite = 0o002;
const sticky = 0o1000;
/** A link that leads to itself ends somewhere. */
const maxLinks = 40;

/**
 * Which of the files that decide what benchd does can be written, or replaced, by every user of this machine: the configuration,
 * and drivers and twins that it names by path. Whoever can change one of them runs code as benchd.
 */
export async function openToOthers({ file, things }: Config): Promise<readonly string[]> {
  const modules = [...things.values()].flatMap(({ driver, twin = "" }) => [driver, twin]).filter(isAbsolute);
  const found = await Promise.all([...new Set([resolve(file), ...modules])].map(warningOf));
  return found.filter((warning) => warning !== undefined);
}

async function warningOf(file: string): Promise<string | undefined> {
  for (const path of await wayTo(file)) {
    const found = await stat(path).catch(() => undefined);
    if (!found || (found.mode & othersWrite) === 0 || (found.isDirectory() && (found.mode & sticky) !== 0)) continue;
    const which = path === file ? file : `${file} (by way of ${path})`;
    return `every user of this machine may change ${which}, and so run code as benchd: sudo chmod o-w ${path}`;
  }
  return undefined;
}

/** The file itself, what it links to, and the folders above each. */
async function wayTo(file: string): Promise<readonly string[]> {
  const paths = new Set<string>();
  let at = file;
  for (let n = 0; n < maxLinks; n++) {
    for (let path = at; !paths.has(path); path = dirname(path)) paths.add(path);
    const found = await lstat(at).catch(() => undefined);
    if (!found?.isSymbolicLink()) break;
    at = resolve(dirname(at), await readlink(at));
  }
  return [...paths];
}
