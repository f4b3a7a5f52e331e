import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Store } from "../../src/journal/store.ts";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { openJournal, temporaryFolder } from "./fixture.ts";

/** Of SQLite's write-ahead log: its header, and a page with its own. */
const walHeader = 32;
const frame = 1024 + 24;

it("wherever a power cut ends the file it opens, and what was synced by then is there (F36)", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, run } = openJournal(file);
  const settings = new StoredSettings(journal);
  const size = () => statSync(`${file}-wal`).size;
  const synced: { readonly id: string; readonly by: number }[] = [];
  const begin = size();
  for (let n = 0; n < 5; n++) {
    await run("not synced");
    const one = await run({ n });
    await journal.synced(one);
    synced.push({ id: one.id, by: size() });
    await settings.write("pump", "rate", n);
  }
  const wal = readFileSync(`${file}-wal`);
  const folder = temporaryFolder();
  let opened = 0;
  for (let end = begin; end <= wal.length; end += frame) {
    // The last page that got through may be rubbish.
    for (const torn of [0, 500]) {
      const copy = join(folder, `${end}-${torn}.db`);
      copyFileSync(file, copy);
      writeFileSync(`${copy}-wal`, Buffer.concat([wal.subarray(0, end), Buffer.alloc(torn, 0xa5)]));
      const logged: string[] = [];
      const after = Store.open({ file: copy, now: Date.now, log: (_, message) => void logged.push(message) });
      const found = await after.reader.list({}, undefined);
      expect([end, logged, found.map(({ status }) => status).filter((status) => status !== "completed")]).toEqual([
        end,
        [],
        [],
      ]);
      const ids = new Set(found.map(({ id }) => id));
      expect(synced.filter(({ id, by }) => by <= end && !ids.has(id))).toEqual([]);
      opened++;
      after.close();
    }
  }
  expect((begin - walHeader) % frame).toBe(0);
  expect(opened).toBeGreaterThan(40);
});
