import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { run } from "../service/unit.ts";

/** What writes by itself: logs, what dpkg, systemd and those who make users keep of their own work. */
const others =
  /^\/(dev|tmp|mnt|lost\+found|var\/(log|tmp|lib\/dpkg|lib\/systemd\/(?!deb)))(\/|$)|^\/etc\/((passwd|group|shadow|gshadow)-|\.pwd\.lock|subuid-?|subgid-?)$|^\/var\/cache\/ldconfig/;

/** Every file of the machine: whose it is, who may do what with it, and of those in /etc what is in it. */
export async function everything(): Promise<ReadonlyMap<string, string>> {
  const told = await run("find", "/", "-xdev", "-printf", "%p\\t%y%m %U:%G %l\\n");
  const lines = told.split("\n").filter((line) => line !== "" && !others.test(line.split("\t")[0] ?? ""));
  return new Map(
    lines.map((line) => {
      const [path = "", what = ""] = line.split("\t");
      return [path, /^\/etc\//.test(path) && what.startsWith("f") ? `${what}${sumOf(path)}` : what];
    }),
  );
}

const sumOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** What is there and was not, was there and is not, or is otherwise. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).toSorted();
}
