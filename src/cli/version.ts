import { readFile } from "node:fs/promises";

/** From the nearest package.json above: two folders up in the sources, three in the compiled package. */
export async function version(): Promise<string> {
  for (const path of ["../../package.json", "../../../package.json"]) {
    const text = await readFile(new URL(path, import.meta.url), "utf8").catch(() => undefined);
    if (text !== undefined) return String((JSON.parse(text) as { readonly version?: unknown }).version);
  }
  return "unknown";
}
