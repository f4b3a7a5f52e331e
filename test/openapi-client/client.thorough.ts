import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import openapiTypescript, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { served } from "../cli/served.ts";

const here = new URL(".", import.meta.url).pathname;
const example = readFileSync(join(here, "../../examples/bench.yaml"), "utf8");

/** As somebody would have it who makes a client. */
const compilerOptions = {
  ...{ target: "ES2022", module: "NodeNext", strict: true, noUncheckedIndexedAccess: true },
  ...{ types: [], skipLibCheck: true, outDir: "out" },
};

let bench: Awaited<ReturnType<typeof served>>;
let folder: string;
/** What the compiler finds wrong: file and line. */
let found: readonly string[];
beforeAll(async () => {
  bench = await served(example);
  mkdirSync(join(here, "var"), { recursive: true });
  folder = mkdtempSync(join(here, "var/client-"));
  cpSync(join(here, "programs"), folder, { recursive: true });
  // What the page shows has to compile, too.
  const page = readFileSync(join(here, "../../docs/http-api.md"), "utf8");
  const [, shown = ""] = /^```ts\n(import createClient[\s\S]*?)^```$/m.exec(page) ?? [];
  writeFileSync(join(folder, "shown.ts"), shown.replace("./bench.js", "./schema.js"));
  const types = astToString(await openapiTypescript(new URL("/openapi.json", bench.url)));
  writeFileSync(join(folder, "schema.d.ts"), types);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const said = await compile();
  found = [...said.matchAll(/^(.+?)\((\d+),\d+\): error/gm)].map(([, file, line]) => `${file} ${line}`);
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

/** By TypeScript 5: the makers of clients know no later one. */
async function compile(): Promise<string> {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const compiling = promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
    cwd: folder,
  });
  return (await compiling.catch((failed: { readonly stdout: string }) => failed)).stdout;
}

test("a client made from the document reads, writes, invokes, polls and cancels", async () => {
  expect(found.filter((where) => !where.startsWith("wrong.ts"))).toEqual([]);
  expect(readFileSync(join(folder, "out/shown.js"), "utf8")).toContain("/pump/dispense");
  const { run } = await import(join(folder, "out/good.js"));
  const told = await run(bench.url);
  expect(told).toMatchObject({
    ...{ written: 201, rate: 5, dose: "completed", dispensed: 0.05 },
    ...{ cancelled: 200, ended: "cancelled", refused: 422, why: ["body"] },
  });
  expect(told.polls).toBeGreaterThan(0);
  expect(told.counted).toBeTypeOf("number");
});

test("its types find each mistake", () => {
  const lines = readFileSync(join(folder, "wrong.ts"), "utf8").split("\n");
  const mistakes = lines.flatMap((line, i) => (line.endsWith("// wrong") ? [`wrong.ts ${i + 1}`] : []));
  expect([...new Set(found)].filter((where) => where.startsWith("wrong.ts"))).toEqual(mistakes);
  expect(mistakes.length).toBeGreaterThan(10);
});
