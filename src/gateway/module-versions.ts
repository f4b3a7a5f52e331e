import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../errors.ts";

/** Node keeps every version of a module that it has loaded for as long as it runs. */
const maxVersions = 100;

/** Which versions of modules this process has loaded: a file that has changed is another module, and is loaded afresh. */
export class ModuleVersions {
  /** By URL: which file it was, and which version that is. */
  readonly #known = new Map<string, Map<string, number>>();
  #later = 0;

  /** From where a module is to be loaded as its file is now. Throws a `ConfigError` when that has changed too often. */
  async urlOf(url: URL): Promise<{ readonly href: string; readonly version: string }> {
    const { ino, mtimeMs, size } = await stat(url);
    const mark = [ino, mtimeMs, size].join("/");
    const marks = this.#known.get(url.href) ?? new Map<string, number>();
    const number = marks.get(mark) ?? marks.size;
    if (!marks.has(mark) && number > 0 && ++this.#later > maxVersions)
      throw new ConfigError(
        `${fileURLToPath(url)} has changed again, and ${maxVersions} versions of modules are kept in memory already: restart benchd`,
      );
    marks.set(mark, number);
    this.#known.set(url.href, marks);
    return { href: number === 0 ? url.href : `${url.href}?version=${number}`, version: mark };
  }
}
