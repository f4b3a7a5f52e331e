import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { installationOf } from "../../src/gateway/installation.ts";
import { StateFile } from "../../src/journal/state-file.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let folder = "";
let path = "";
const logged: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "benchd-installation-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, "installation.json");
  logged.length = 0;
});
const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
const start = (at: string | undefined = path) =>
  installationOf(new StateFile({ path: at, clock: new DiscreteClock(), log }), log);

test("an installation has a number of its own, which outlives a restart", async () => {
  const first = await start();
  expect(first).toMatch(uuid);
  expect(await start()).toBe(first);
  expect(JSON.parse(readFileSync(path, "utf8"))).toBe(first);
  expect(logged).toEqual([]);
});

test("where nothing is kept each start has its own", async () => {
  const nowhere = () => installationOf(new StateFile({ path: undefined, clock: new DiscreteClock(), log }), log);
  const [first, second] = [await nowhere(), await nowhere()];
  expect([first, second]).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)]);
  expect(first).not.toBe(second);
  expect(logged).toEqual([]);
});

test.each(["{half", '"no uuid"', '{"id":1}'])(
  "one that cannot be read is another from then on, and that is said: %s",
  async (text) => {
    writeFileSync(path, text);
    const made = await start();
    expect(made).toMatch(uuid);
    expect(await start()).toBe(made);
    expect(logged).toEqual([expect.stringContaining("new ids")]);
    expect(readdirSync(folder)).toContain("installation.json");
  },
);
