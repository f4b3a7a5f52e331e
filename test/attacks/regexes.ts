import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A regular expression in the sources. */
export interface Found {
  /** File and text, as a test is to name it. */
  readonly at: string;
  readonly source: string;
}

/** A literal stands where a value may begin. */
const literal =
  /(?:[=(,:!&|?[{};]|=>|\breturn|^)\s*\/(?![*/])((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[dgimsuvy]*(?=[\s.,;)\]}:]|$)/gm;
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Every regular expression that is written out in the files of a folder. */
export function regexesIn(folder: string): readonly Found[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const code = readFileSync(`${root}/${folder}/${name}`, "utf8").replaceAll(comments, "");
      return [...code.matchAll(literal)].map(([, source = ""]) => ({ at: `${folder}/${name}: ${source}`, source }));
    });
}
