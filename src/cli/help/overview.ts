import type { Command } from "../shell.ts";
import { told, toldOf } from "./told.ts";

/** All commands that there are, by what people want, one line each. None of them is loaded for it. */
export function overview(names: readonly string[]): string {
  const width = Math.max(...names.map((name) => name.length));
  const sections = Object.entries(told).flatMap(([title, group]) => {
    const lines = Object.entries(group).filter(([name]) => names.includes(name));
    return ["", title, ...lines.map(([name, { brief }]) => `  ${name.padEnd(width)}  ${brief}`)];
  });
  return [
    "benchd runs the actions of lab instruments, one at a time per device, over HTTP.",
    ...sections,
    "",
    "benchd help COMMAND tells all of one; benchd --version, which this is.",
  ].join("\n");
}

/** All of one command. */
export function helpOf(name: string, { usage, summary, help }: Command): string {
  const example = toldOf(name)?.example;
  return [
    `Usage: ${usage}`,
    "",
    summary,
    ...(help.length > 0 ? ["", ...help.map((line) => (line === "" ? "" : `  ${line}`))] : []),
    ...(example === undefined ? [] : ["", `Example: ${example}`]),
  ].join("\n");
}
