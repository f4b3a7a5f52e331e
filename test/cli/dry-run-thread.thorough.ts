import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bench, benchd } from "./installed.ts";

/** Real processes with threads. */

/** A driver that is well only where no dry run is computed. */
const driver = `import { isMainThread } from "node:worker_threads";
import { defineThing, Type } from "benchd/driver";
const harm = {
  memory() { for (const all = []; ; ) all.push(new Array(100_000).fill(all.length)); },
  exit() { process.exit(0); },
  late() { setImmediate(() => { throw new Error("a driver's own fault"); }); },
};
export default defineThing({
  title: "Harmful",
  config: Type.Object({ how: Type.String() }),
  actions: { work: { title: "Work" } },
  async open({ config }) {
    return { invoke: { work() { if (!isMainThread) harm[config.how](); } } };
  },
});`;

async function dryRun(how: string) {
  const at = mkdtempSync(join(bench, "harm-"));
  writeFileSync(join(at, "harmful.mjs"), driver);
  writeFileSync(join(at, "benchd.yaml"), `things:\n  harmful: { driver: ./harmful.mjs, config: { how: ${how} } }\n`);
  writeFileSync(join(at, "trial.yaml"), "title: Trial\nsteps:\n  - invoke: harmful.work\n  - wait: 1 s\n");
  const mock = ["--mock", "--config", join(at, "benchd.yaml"), "--state", join(at, "state")];
  const process = benchd("run", join(at, "trial.yaml"), ...mock, "--dry-run");
  return { status: await process.ended, told: process.complaints() };
}

test.each([
  ["memory", /memory limit/],
  ["exit", /its thread has ended/],
  ["late", /a driver's own fault/],
])("what ends the thread of a dry run (%s) ends nothing else, and is told", async (how, why) => {
  const { status, told } = await dryRun(how);
  expect(status).toBe(75);
  expect(told).toMatch(/the dry run has come to nothing: .*; the bench is as it was/);
  expect(told).toMatch(why);
});
