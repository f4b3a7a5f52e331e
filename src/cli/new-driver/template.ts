import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DriverName } from "./name.ts";

/** A file of the templates, and what its imports are called where it goes. */
interface Template {
  readonly file: string;
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * The text of a template under its new name. Files, the driver and its page are called as the driver; where the word
 * stands for the Thing, in code and configuration, it is the Thing's.
 */
export async function fromTemplate(folder: string, { file, imports }: Template, name: DriverName): Promise<string> {
  const text = await readFile(join(folder, file), "utf8");
  const moved = text.replaceAll(
    /^(import .* from )"([^"]+)";$/gm,
    (_, what, from) => `${what}"${imports[from] ?? from}";`,
  );
  const lines = moved.split("\n");
  const head = lines.findIndex((line) => !line.startsWith("import "));
  return renamed([...farthestFirst(lines.slice(0, head)), ...lines.slice(head)].join("\n"), name);
}

/** As the formatter wants imports: packages, then from the top of the tree down. */
function farthestFirst(lines: readonly string[]): readonly string[] {
  const farness = (line: string) => line.split("../").length;
  const isPackage = (line: string) => !line.includes(' from ".');
  const own = lines.filter((line) => !isPackage(line)).sort((a, b) => farness(b) - farness(a));
  return [...lines.filter(isPackage), ...own];
}

const renamed = (text: string, { driver, thing, title }: DriverName): string =>
  text
    .replaceAll('title: "Heated stirrer"', `title: "${title}"`)
    .replaceAll(/(`|driver: |^# )hotplate\b/gm, (_, before) => `${before}${driver}`)
    .replaceAll(/\bhotplate(?=(\.twin|\.test|\.contract)?\.[tj]s\b)/g, driver)
    .replaceAll(/\bhotplate\b/g, thing);
