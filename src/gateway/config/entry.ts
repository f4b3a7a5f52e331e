import type { ConfigFile, Path } from "./file.ts";

const entryName = /^[a-z][a-z0-9_]{0,63}$/;

/** Note a name that cannot be one: it is told in messages and paths. `what` is `a schedule`. */
export function checkEntryName(source: ConfigFile, path: Path, what: string): void {
  const name = path.at(-1) ?? "";
  if (entryName.test(name)) return;
  source.mistake(path, `"${name}" cannot be the name of ${what}: small letters, digits and _, at most 64`, "key");
}

/** The one of these settings that is there; undefined where none or several are, which is noted. */
export function oneOf<K extends string>(source: ConfigFile, path: Path, names: readonly K[]): K | undefined {
  const there = names.filter((name) => source.has([...path, name]));
  const [first, second] = there;
  if (first === undefined) source.mistake(path, `it needs one of ${names.map((name) => `${name}:`).join(", ")}`);
  else if (second !== undefined)
    source.mistake([...path, second], `it has ${first}: and ${second}:, of which one is enough: leave one out`, "key");
  return there.length === 1 ? first : undefined;
}

/** Note each of these settings that is there, though it says nothing without `needed`. */
export function onlyWith(source: ConfigFile, path: Path, names: readonly string[], needed: string): void {
  for (const name of names)
    if (source.has([...path, name]))
      source.mistake([...path, name], `${name}: goes with ${needed} only: leave it out`, "key");
}

/** As many of one kind as anybody could oversee. */
export const maxEntries = 100;
