import { readFileSync } from "node:fs";

/** Keys that benchd adds to what LabThings tells: in an invocation and in an entry of its log. */
export const additions: ReadonlySet<string> = new Set(listed("Additions"));

/** What was recorded and benchd does differently, or does not offer: exchanges, and moments of the WebSocket. */
export const deviations: ReadonlySet<string> = new Set([...listed("Deviations"), ...listed("Not offered")]);

/** What was found out about LabThings by trying. */
export const probes: ReadonlySet<string> = new Set(listed("Probes"));

/** The first column of a table in the compatibility page, without its code marks; `82–84` are three. */
function listed(heading: string): readonly string[] {
  const page = readFileSync(new URL("../../docs/compatibility.md", import.meta.url), "utf8");
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows
    .slice(2)
    .flatMap((row) => (row.split("|")[1] ?? "").split(",").map((cell) => cell.replaceAll("`", "").trim()))
    .flatMap(range);
}

function range(cell: string): readonly string[] {
  const [, before = "", first = "", last = ""] = /^(\D*)(\d+)–(\d+)$/.exec(cell) ?? [];
  if (last === "") return [cell];
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, n) => `${before}${String(Number(first) + n).padStart(first.length, "0")}`);
}
