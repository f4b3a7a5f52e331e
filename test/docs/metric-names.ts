import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const projectFile = (path: string): string => readFileSync(join(root, path), "utf8");

/** Of all figures there are, by the sources that tell them. */
export function metricNames(): ReadonlySet<string> {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const told = sources.flatMap((file) => {
    const code = projectFile(`src/${file}`);
    // Where figures are made, and nowhere else.
    if (!/\b(gauge|gauges|counter|counters|spreads)\(/.test(code)) return [];
    return [...code.matchAll(/"((?:benchd|process)_[a-z_]+)"/g)].map(([, name = ""]) => name);
  });
  return new Set(told);
}
