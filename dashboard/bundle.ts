/** Makes the dashboard what a browser loads: `dist/benchd/dashboard/files`, once the rest is built. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The root of the project, from `dist/dashboard` as from `dashboard`. */
const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/dashboard\/[^/]+$/, "");

/** What it consists of, with the names that the files are to have, and which of them loads which. Nothing is written. */
export async function bundle() {
  const { outputFiles, metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: ["dashboard/main.tsx"], outdir: "files", write: false, metafile: true },
    ...{ bundle: true, minify: true, splitting: true, format: "esm", target: "es2022", platform: "browser" },
    ...{ jsx: "automatic", jsxImportSource: "preact", tsconfigRaw: {}, legalComments: "inline", charset: "utf8" },
    ...{ loader: { ".svg": "file" }, assetNames: "[name]-[hash]", publicPath: "/gateway/dashboard" },
    ...{ entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", logLevel: "warning" },
  });
  return { files: outputFiles, parts: metafile.outputs };
}
