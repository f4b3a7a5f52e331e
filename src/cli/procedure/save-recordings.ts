import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Shell } from "../shell.ts";
import { visible } from "../visible.ts";
import type { RunClient, ToldRun } from "./asked-run.ts";

/** Put what a run has recorded into a folder, and tell where. What cannot be had is told, and ends nothing. */
export async function saveRecordings(
  client: Pick<RunClient, "csv">,
  { recordings }: Pick<ToldRun, "recordings">,
  folder: string,
  { print, tell }: Pick<Shell, "print" | "tell">,
): Promise<void> {
  for (const { name, id } of recordings) {
    const file = join(folder, `${name.replaceAll(/[^\w.-]+/g, "_")}-${id.slice(0, 8)}.csv`);
    try {
      const text = await client.csv(id);
      await mkdir(folder, { recursive: true });
      await writeFile(file, text);
      print(visible(`recording ${name}: ${file}`));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell(visible(`the recording ${name} could not be saved, and stays with the gateway as ${id}: ${why}`));
    }
  }
}
