import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** As Node names it and as Debian does. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;
export type Architecture = keyof typeof architectures;

/** What only installs or compiles others, or simulates ports in tests of others. */
const notNeeded = new Set(["prebuild-install", "nan", "node-addon-api"]);
/** Packages of which only files are read: what they depend on is not. */
const onlyRead = new Set(["@fastify/swagger-ui"]);

interface Told {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package that lies beside the bundle. */
export interface Module extends Told {
  /** Below the project, as in `node_modules/debug`, and so below the package's folder. */
  readonly at: string;
}

/** Those that `names` need when they run, and they themselves. */
export function modulesOf(root: string, names: readonly string[], architecture: Architecture): readonly Module[] {
  const found = new Map<string, Module>();
  const add = (name: string, from: string) => {
    const at = place(root, name, from);
    if (found.has(at)) return;
    const told = JSON.parse(readFileSync(join(root, at, "package.json"), "utf8")) as Told;
    found.set(at, { ...told, at });
    if (onlyRead.has(name)) return;
    for (const needed of Object.keys(told.dependencies ?? {})) if (!notNeeded.has(needed)) add(needed, at);
  };
  for (const name of names) add(name, "");
  const koffi = found.get("node_modules/koffi");
  if (koffi) {
    const at = `node_modules/@koromix/koffi-linux-${architectures[architecture]}`;
    found.set(at, { name: at.slice("node_modules/".length), version: koffi.version, license: koffi.license ?? "", at });
  }
  return [...found.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

/** Where Node finds a package that what lies at `from` asks for. */
function place(root: string, name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (folder === ".") folder = "";
    const at = join(folder, "node_modules", name);
    if (existsSync(join(root, at, "package.json"))) return at;
    if (folder === "") throw new PackagingError(`${name} is not installed: run npm ci`);
  }
}

/** The package cannot be made of what is there. */
export class PackagingError extends Error {}

/** What stands in packages for those who compile, test or read them. */
const leftOut =
  /(^|\/)(test|tests|example|examples|integration-test|types|scripts|deps|build|\.github)\/|\.d\.[cm]?ts$|\.map$/;
const sources = /^src\//;
const code = /\.(js|cjs|mjs|json)$/;
const licence = /^(licen[cs]e|notice|copying)/i;

/** The files of a package that are needed when it runs, but for what is compiled. */
export function filesOf(root: string, { at, name }: Module): readonly string[] {
  const all = readdirSync(join(root, at), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, at).length + 1))
    .filter((file) => !file.startsWith("node_modules/"))
    .toSorted();
  if (name === "@fastify/swagger-ui")
    return all.filter((file) =>
      /^(package\.json|static\/(swagger-ui-bundle\.js|swagger-ui\.css|index\.css))$/.test(file),
    );
  const compiled = all.includes("binding.gyp");
  // What begins with `#!` is run when it is installed.
  const isProgram = (file: string) => readFileSync(join(root, at, file), "latin1").startsWith("#!");
  const wanted = (file: string) => code.test(file) && !leftOut.test(file) && !licence.test(file);
  return all.filter((file) => wanted(file) && !(compiled && sources.test(file)) && !isProgram(file));
}

/** The texts of its licence. */
export function licencesOf(root: string, { at }: Module): readonly string[] {
  if (!existsSync(join(root, at))) return [];
  return readdirSync(join(root, at))
    .filter((file) => licence.test(file))
    .map((file) => readFileSync(join(root, at, file), "utf8").trim());
}
