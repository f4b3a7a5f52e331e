import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../src/journal/atomic-file.ts";
import { Store } from "../src/journal/store.ts";
import type { Promised } from "./promises.ts";

/** Open what a power cut has left as the next start does. Returns what is wrong with it. */
export async function judge(
  folder: string,
  found: ReadonlyMap<string, Buffer>,
  promised: Promised,
  settings: readonly number[],
): Promise<readonly string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of found) writeFileSync(join(folder, name), content);
  return [...history(join(folder, "history.db"), promised, settings), ...(await latch(folder, promised))];
}

function history(file: string, { ids, settings: answered }: Promised, settings: readonly number[]): readonly string[] {
  const wrong: string[] = [];
  const anything = ids.length > 0 || answered > 0;
  if (anything && !existsSync(file)) return ["there is no history"];
  // A file that was being made when the power went may be no database yet: nothing was promised then.
  const log = (level: string, message: string) => {
    if (level === "error" && anything) wrong.push(message);
  };
  const store = Store.open({ file, now: () => Date.now(), log });
  try {
    const verdict = store.database.pragma("integrity_check", { simple: true });
    if (verdict !== "ok") wrong.push(`the database is damaged: ${verdict}`);
    for (const id of ids) if (!store.reader.find(id)) wrong.push(`${id} was answered with its key, and is not there`);
    const gain = store.settings().find(({ property }) => property === "gain");
    const value = gain === undefined ? undefined : (JSON.parse(gain.value) as number);
    const least = settings[answered - 1] ?? Number.NEGATIVE_INFINITY;
    if (answered > 0 && (value === undefined || value < least))
      wrong.push(`the setting is ${value}, but ${least} was answered`);
    return wrong;
  } catch (error) {
    return [...wrong, `it does not open: ${error}`];
  } finally {
    store.close();
  }
}

async function latch(folder: string, { stopped, presses }: Promised): Promise<readonly string[]> {
  const read = await readJson(join(folder, "emergency-stop.json"));
  if (read.found === "damage") return ["the latch of the emergency stop is damaged"];
  if (presses > 0 && read.found === "nothing") return ["the latch of the emergency stop is gone"];
  if (stopped === undefined || read.found === "nothing" || (read.value !== null) === stopped) return [];
  return [`the emergency stop was answered as ${stopped ? "latched" : "cleared"}, and is not`];
}
