import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StorageError } from "../../errors.ts";
import { UsageError } from "../usage.ts";
import type { Plan, Planned } from "./plan.ts";

/** What was written, and what was there and has been left alone. */
interface Written {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Write all of it or nothing; nothing that is there is ever overwritten. Throws `UsageError` when a file is there that
 * would be, and `StorageError` when the disk refuses.
 */
export async function writePlan(folder: string, { files, unlessThere }: Plan): Promise<Written> {
  const there = await present(folder, files);
  if (there.length > 0)
    throw new UsageError(`${there.join(", ")} ${there.length === 1 ? "is" : "are"} there already: nothing is written`);
  const kept = await present(folder, unlessThere);
  const wanted = [...files, ...unlessThere.filter(({ path }) => !kept.includes(path))];
  const written: string[] = [];
  try {
    for (const { path, text } of wanted) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { flag: "wx" });
      written.push(path);
    }
  } catch (cause) {
    for (const path of written) await rm(join(folder, path), { force: true });
    const why = cause instanceof Error ? cause.message : cause;
    throw new StorageError(`nothing is written: ${why}`, { cause });
  }
  return { written, kept };
}

async function present(folder: string, files: readonly Planned[]): Promise<readonly string[]> {
  const found = files.map(({ path }) =>
    access(join(folder, path)).then(
      () => [path],
      () => [],
    ),
  );
  return (await Promise.all(found)).flat();
}
