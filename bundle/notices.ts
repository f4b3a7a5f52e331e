import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const rule = "-".repeat(80);

/** What the licences of the packages that `files` of a project come from want to be passed on with them: all they say. */
export function notices(root: string, files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const told = [...folders].map((folder) => noticeOf(join(root, folder))).sort();
  return ["benchd contains these packages, in whole or in part.", ...told].join(`\n\n${rule}\n\n`);
}

function noticeOf(at: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as Package;
  const texts = readdirSync(at)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(at, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
