import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { StateFolder } from "../../src/journal/state-folder.ts";

test("a folder that is made for what outlives the gateway is for nobody else on the machine to look into", async () => {
  const parent = mkdtempSync(join(tmpdir(), "benchd-state-"));
  const path = join(parent, "new", "state");
  await StateFolder.open({ path, clock: new DiscreteClock(), log: () => {} });
  expect(statSync(path).mode & 0o777).toBe(0o700);
  rmSync(parent, { recursive: true });
});
