import { readFileSync } from "node:fs";
import { join } from "node:path";
import { licencesOf, type Module } from "./modules.ts";

const rule = "-".repeat(80);

/** The file `copyright`: our licence, and whose work else is in the package, by which licence. */
export function copyright(root: string, modules: readonly Module[], notices: string): string {
  const bundled = notices.split(`\n\n${rule}\n\n`).slice(1);
  const beside = modules.map((module) => noticeOf(root, module));
  const lines = [...bundled, ...beside].map(brief).toSorted();
  return [
    "benchd is this, and is made of the work of others, which is listed below.",
    "",
    readFileSync(join(root, "LICENSE"), "utf8").trim(),
    "",
    "It contains these packages, in whole or in part. The texts of their licences",
    "are in NOTICES.txt.gz beside this file; that of Apache-2.0 is in",
    "/usr/share/common-licenses/Apache-2.0.",
    "",
    ...new Set(lines),
    "SQLite (in better-sqlite3) (public domain)",
    "",
  ].join("\n");
}

/** What the licences of what lies beside the bundle want to be passed on, too. */
export function allNotices(root: string, modules: readonly Module[], notices: string): string {
  return [notices.trim(), ...modules.map((module) => noticeOf(root, module))].join(`\n\n${rule}\n\n`).concat("\n");
}

const noticeOf = (root: string, module: Module) =>
  [`${module.name} ${module.version} (${module.license ?? "unknown"})`, ...licencesOf(root, module)].join("\n\n");

/** Its first line, and whose it is. */
function brief(notice: string): string {
  const [name = "", ...rest] = notice.split("\n");
  const whose = rest.map((line) => line.trim()).filter((line) => /^copyright \S*\s?[\d(©]/i.test(line));
  return [name, ...new Set(whose.map((line) => `    ${line}`))].join("\n");
}

/** In the form of Debian's changelogs; what has changed is told beside it. */
export function changelog({
  version,
  maintainer,
  date,
}: Readonly<Record<"version" | "maintainer", string>> & { readonly date: Date }): string {
  const at = date.toUTCString().replace("GMT", "+0000");
  return `benchd (${version}) unstable; urgency=medium

  * What has changed is told in CHANGELOG.md.gz.

 -- ${maintainer}  ${at}
`;
}
