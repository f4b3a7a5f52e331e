import { register } from "node:module";

let shared = false;

/**
 * From now on `import "benchd/driver"` means this running copy, wherever the importing file lies: a driver in /etc finds
 * it, and one with a `node_modules` of its own does not bring a second copy, below which no wait could be cancelled.
 */
export function shareThisCopy(): void {
  // Run from its sources, benchd is resolved by whatever compiles them.
  if (shared || import.meta.url.endsWith(".ts")) return;
  shared = true;
  register(new URL("./this-copy-hook.js", import.meta.url), { data: new URL("../../", import.meta.url).href });
}
