import { expectedDuration, formatDuration, parseDuration } from "../../duration.ts";
import { InputError } from "../../errors.ts";
import { Type } from "../../typebox.ts";
import type { ConfigFile, Path } from "./file.ts";

/** `10 s`, as the file says it. */
export const durationSchema = Type.String({ minLength: 1, maxLength: 100, expects: expectedDuration });

/** Milliseconds; undefined for what is none or out of bounds, which is noted. */
export function durationAt(
  source: ConfigFile,
  path: Path,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const ms = attempt(source, path, () => parseDuration(text));
  if (ms === undefined || (ms >= min && ms <= max)) return ms;
  const bounds = `${formatDuration(min)} to ${formatDuration(max)}`;
  source.mistake(path, `"${path.at(-1)}" has to be ${bounds}, not ${text}`);
  return undefined;
}

/** What is read from words; undefined where they are wrong, which is noted. */
export function attempt<T>(source: ConfigFile, path: Path, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    source.mistake(path, error.message);
    return undefined;
  }
}
