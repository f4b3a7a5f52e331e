/** Makes of the program, with its drivers and what they import, few files that have all they need: a start reads those alone. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { apart } from "./apart.ts";
import { notices } from "./notices.ts";

/** The root of the project, from `dist/bundle` as from `bundle`. */
const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/bundle\/[^/]+$/, "");

/**
 * What is loaded from outside, by its place; all else becomes part of it. All of it is made at once, so that drivers have
 * the very modules that the program has (ADR 0005). A module of `src/` lies two folders below the root here as there: paths
 * that begin with `../../` hold in both.
 */
const entries = {
  "src/cli/main": "src/cli/main.ts",
  "src/driver": "src/driver.ts",
  "src/testing/index": "src/testing/index.ts",
  // Beside those that look for them.
  "src/parts/this-copy-hook": "src/gateway/this-copy-hook.ts",
  "src/parts/thread": "src/gateway/dry-run/thread.ts",
  ...every("drivers"),
  ...every("hardware-mocks"),
};

function every(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(`${root}/${folder}`).filter((name) => name.endsWith(".ts"));
  return Object.fromEntries(names.map((name) => [`${folder}/${name.slice(0, -3)}`, `${folder}/${name}`]));
}

/** What was CommonJS asks for modules of Node as that does. */
const requiring = `import { createRequire as benchdRequire } from "node:module"; const require = benchdRequire(import.meta.url);`;

/** How it is made. Names stay as they are, and lines are short, as what is logged of an error is to be read. */
const options = {
  ...{ absWorkingDir: root, bundle: true, splitting: true, format: "esm", target: "node20", platform: "node" },
  ...{ conditions: ["source"], external: apart, chunkNames: "src/parts/[name]-[hash]", banner: { js: requiring } },
  // What nobody reads V8 need not, nor keep. In ASCII: one other character, and it keeps two bytes for each of a file.
  ...{ minifyWhitespace: true, lineLimit: 120 },
  ...{ tsconfigRaw: {}, legalComments: "none", charset: "ascii", logLevel: "warning" },
} satisfies BuildOptions;

/** Writes it into `folder`. */
export async function bundle(folder: string): Promise<void> {
  const { metafile } = await build({ ...options, entryPoints: entries, outdir: folder, metafile: true });
  writeFileSync(join(folder, "NOTICES.txt"), notices(root, Object.keys(metafile.inputs)));
}

/** Another program, made in the same way: to be measured against. Resolves with its file, which is in `folder`. */
export async function bundleText(contents: string, folder: string): Promise<string> {
  await build({ ...options, stdin: { contents, resolveDir: root, sourcefile: "main.js" }, outdir: folder });
  return join(folder, "stdin.js");
}
