import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guideExamples } from "./guide-examples.ts";

const root = new URL("..", import.meta.url).pathname;
const examples = await guideExamples();
let folder = "";

beforeAll(async () => {
  // Below the project, so that benchd/driver is found as it is in a driver's own folder.
  await mkdir(join(root, "var"), { recursive: true });
  folder = await mkdtemp(join(root, "var/guide-"));
  for (const { name, code } of examples) await writeFile(join(folder, name), code);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every driver, twin and test in the driver guide and its reference compiles", async () => {
  expect(examples.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "thermometer.ts",
      "hotplate-first.ts",
      "hotplate.ts",
      "hotplate.twin.ts",
      "hotplate.test.ts",
      "hotplate.contract.test.ts",
      "hotplate.recorded.test.ts",
      "stir.json",
      "webcam.ts",
      "spectrometer.ts",
      "photometer.ts",
      "filler.ts",
      "relay-board.ts",
    ]),
  );
  const compiler = join(root, "node_modules/.bin/tsc");
  const compile = promisify(execFile)(compiler, ["--noEmit", "--rootDir", root, "-p", folder]);
  await expect(compile.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toBeDefined();
});

test("the guide's own tests of its driver pass: contract, faults, and the recorded dialogue", async () => {
  const config = 'export default { ssr: { resolve: { conditions: ["source"] } }, test: { include: ["*.test.ts"] } };';
  await writeFile(join(folder, "vitest.config.ts"), config);
  const vitest = promisify(execFile)(join(root, "node_modules/.bin/vitest"), ["run", "--root", folder]);
  const { stdout } = await vitest.catch(({ stdout, stderr }) => Promise.reject(new Error(stdout + stderr)));
  expect(stdout).toMatch(/21 passed/);
});
