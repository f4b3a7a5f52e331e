/**
 * What benchd costs, as ratios within one run on one machine: only these mean anything elsewhere. Each benchmark is a file
 * here that exports `run`, and prints a table; it runs in a process of its own. Name some to run only these
 * (`npm run bench -- exchanges`); `--list` tells which there are; `--record` puts what they print into
 * `docs/performance.md`. Ends with 1 when a promise was missed or a benchmark could not be run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine, takenOn } from "./machine.ts";
import { sectionIn, withSection } from "./sections.ts";

const sources = fileURLToPath(new URL("../../benchmarks/", import.meta.url));
const page = fileURLToPath(new URL("../../docs/performance.md", import.meta.url));
const one = fileURLToPath(new URL("./one.js", import.meta.url));
/** Longer than the longest takes. */
const maxMs = 45 * 60_000;

/** Each benchmark with the first sentence of its file. */
const benchmarks = new Map(
  readdirSync(sources)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ name: file.slice(0, -3), code: readFileSync(`${sources}${file}`, "utf8") }))
    .filter(({ code }) => code.includes("\nexport async function run("))
    .map(({ name, code }) => [name, summaryOf(code)]),
);

function summaryOf(code: string): string {
  const [, head = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(code) ?? [];
  const text = head.replaceAll(/\s*\n \* ?/g, " ").trim();
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

/** What it printed, and how it ended: 0, 1 when it missed a promise, anything else when it could not be run. */
async function runOne(name: string) {
  const child = spawn(process.execPath, [one, name], { stdio: ["ignore", "pipe", "inherit"], timeout: maxMs });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    process.stdout.write(part);
    text += part;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { text, status };
}

function record(name: string, text: string): void {
  writeFileSync(page, withSection(readFileSync(page, "utf8"), name, text));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { list: { type: "boolean" }, record: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.list) {
    for (const [name, summary] of benchmarks) console.log(`${name.padEnd(14)} ${summary}`);
    return;
  }
  const known = [...benchmarks.keys()];
  const unknown = positionals.filter((name) => !benchmarks.has(name));
  if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(", ")}: known are ${known.join(", ")}`);
  const wanted = positionals.length > 0 ? positionals : known;
  if (values.record)
    for (const name of ["machine", ...wanted])
      if (sectionIn(readFileSync(page, "utf8"), name) === undefined)
        throw new Error(`${page} has no place for it: add <!-- ${name} --> and <!-- /${name} -->, each on a line`);
  console.log(takenOn());
  if (values.record) record("machine", machine());
  for (const name of wanted) {
    console.log(`\n${name}\n`);
    const { text, status } = await runOne(name);
    if (status !== 0) process.exitCode = 1;
    const ran = status === 0 || status === 1;
    if (!ran) console.error(`${name} has ended with ${status}`);
    else if (values.record) record(name, `${text.trim()}\n\n_${takenOn()}_`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
