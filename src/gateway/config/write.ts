import { readFile, realpath, stat } from "node:fs/promises";
import { ConfigError } from "../../errors.ts";
import { writeAtomically } from "../../journal/atomic-file.ts";

/** For a new one: the user that runs benchd is seldom who writes it. */
const newMode = 0o644;

/**
 * Replace the text of a configuration, or of none yet, which must still be what it was. A link stays a link, and the file
 * stays whose it is. Throws a `ConfigError`.
 */
export async function replaceConfig(file: string, before: string | undefined, after: string): Promise<void> {
  try {
    const target = await realpath(file).catch(() => file);
    const now = await readFile(target, "utf8").catch(missing);
    if (now !== before) throw new ConfigError(`${file} was changed meanwhile, and is left as it is: start again`);
    const keep = now === undefined ? { mode: newMode } : await stat(target);
    await writeAtomically(target, after, keep);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new ConfigError(`${file} cannot be written (${code}), and is left as it is: run this as its owner`, {
      cause,
    });
  }
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
