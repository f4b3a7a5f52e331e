import { access, readdir } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { didYouMean } from "../did-you-mean.ts";
import { ConfigError, DefinitionError } from "../errors.ts";
import { checkDefinition } from "../thing/check-definition.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Twin, TwinContext } from "../twin/twin.ts";
import { ModuleVersions } from "./module-versions.ts";
import { shareThisCopy } from "./this-copy.ts";

export type MakeTwin = (context: TwinContext) => Twin;

/** The drivers a gateway knows. A driver is named, or given by the absolute path of its module. */
export interface Catalogue {
  /** The names of benchd's own drivers. */
  names(): Promise<readonly string[]>;
  definition(driver: string): Promise<AnyThing>;
  /**
   * The twin of a driver; `twin` names another one than its own. Undefined for a driver that has none: a composite, which
   * touches no wire itself, or a driver by path whose twin nobody named.
   */
  twin(driver: string, twin?: string): Promise<MakeTwin | undefined>;
  /** Which version of each module by path this one has loaded; none where it knows no files. */
  readonly versions?: ReadonlyMap<string, string>;
  /** As it is now on disk: what has not changed is the same, what has is loaded afresh. */
  renewed?(): Catalogue;
}

/** The sources in a checkout, the compiled modules in a package: in both, the folders lie beside `src/`. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const drivers = new URL("../../drivers/", import.meta.url);
const twins = new URL("../../hardware-mocks/", import.meta.url);

export function openCatalogue(modules: ModuleVersions = new ModuleVersions()): Catalogue {
  const definitions = new Map<string, Promise<AnyThing>>();
  const versions = new Map<string, string>();
  const names = () => modulesIn(drivers);
  const load = async (named: string, sort: "driver" | "twin", folder: URL) => {
    const { made, version } = await loadModule(named, { sort, folder, modules });
    if (version !== undefined) versions.set(named, version);
    return made;
  };

  return {
    names,
    versions,
    renewed: () => openCatalogue(modules),
    definition(driver) {
      const known = definitions.get(driver) ?? loadDefinition(driver, names, load);
      definitions.set(driver, known);
      return known;
    },
    async twin(driver, twin) {
      const named = twin ?? driver;
      if (twin === undefined && (isAbsolute(driver) || !(await modulesIn(twins)).includes(driver))) return undefined;
      const module = await load(named, "twin", twins);
      if (typeof module === "function") return module as MakeTwin;
      throw new DefinitionError(`the twin ${named} exports no twin: end it with export default defineTwin(…)`);
    },
  };
}

type Load = (named: string, sort: "driver" | "twin", folder: URL) => Promise<unknown>;

async function loadDefinition(driver: string, names: Catalogue["names"], load: Load): Promise<AnyThing> {
  if (!isAbsolute(driver)) {
    const known = await names();
    if (!known.includes(driver)) {
      const remedy =
        didYouMean(driver, known) || `: known are ${known.join(", ")}; one of your own is named by its path`;
      throw new ConfigError(`there is no driver "${driver}"${remedy}`);
    }
  }
  const made = await load(driver, "driver", drivers);
  // Ours have been judged by our tests: to do so at each start would be a tenth of it.
  return isAbsolute(driver) ? checkDefinition(made, driver) : (made as AnyThing);
}

async function modulesIn(folder: URL): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(extension) && !file.endsWith(`.d${extension}`))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

interface Loading {
  readonly sort: "driver" | "twin";
  readonly folder: URL;
  readonly modules: ModuleVersions;
}

interface Loaded {
  /** What the module exports by default. */
  readonly made: unknown;
  /** Of one by path. */
  readonly version: string | undefined;
}

async function loadModule(named: string, { sort, folder, modules }: Loading): Promise<Loaded> {
  const foreign = isAbsolute(named);
  const url = foreign ? pathToFileURL(named) : new URL(`${named}${extension}`, folder);
  try {
    await access(url);
  } catch (cause) {
    throw new ConfigError(`there is no ${sort} ${foreign ? fileURLToPath(url) : `"${named}"`}: check its name`, {
      cause,
    });
  }
  if (foreign && named.endsWith(".ts") && extension === ".js")
    throw new ConfigError(`${named} is TypeScript: compile it to JavaScript (npx tsc), and name what comes of it`);
  if (foreign) shareThisCopy();
  try {
    const { href, version } = foreign ? await modules.urlOf(url) : { href: url.href, version: undefined };
    const module = (await import(href)) as { readonly default?: unknown };
    return { made: module.default, version };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const line = lineOf(url, cause);
    // Node keeps the line of a syntax error to itself, unless it ends by it.
    const hint = foreign && !line && cause instanceof SyntaxError ? `; node --check ${named} shows where` : "";
    throw new DefinitionError(`the ${sort} ${named}${line} cannot be loaded: ${why}${hint}`, { cause });
  }
}

/** `:3` for a mistake in the third line: Node tells it in the stack only. */
function lineOf({ href }: URL, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const at = stack.indexOf(href);
  return at < 0 ? "" : (/^(?:\?version=\d+)?(:\d+)/.exec(stack.slice(at + href.length))?.[1] ?? "");
}
