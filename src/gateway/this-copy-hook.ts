import type { InitializeHook, ResolveHook } from "node:module";

/** Runs in Node's loader thread, where nothing of benchd is loaded. */
let root = "";

/** `data` is the folder that holds `src/` and `drivers/` of the running copy. */
export const initialize: InitializeHook<string> = (data) => {
  root = data;
};

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const module = moduleOf(specifier);
  return module === undefined
    ? nextResolve(specifier, context)
    : { url: new URL(module, root).href, format: "module", shortCircuit: true };
};

function moduleOf(specifier: string): string | undefined {
  if (specifier === "benchd/driver") return "src/driver.js";
  if (specifier === "benchd/testing") return "src/testing/index.js";
  const name = /^benchd\/drivers\/([a-z0-9-]+)$/.exec(specifier)?.[1];
  return name && `drivers/${name}.js`;
}
