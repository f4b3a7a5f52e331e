import { UsageError } from "../usage.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The one that is meant: by its id, by the beginning of it, or by its name, of several the one that comes first. Throws
 * `UsageError` where none is, or where a beginning may be that of several.
 */
export function pick<T extends Named>(all: readonly T[], wanted: string, what: string): T {
  const exact = all.find(({ id }) => id === wanted) ?? all.find(({ name }) => name === wanted);
  if (exact) return exact;
  const begun = wanted.length < 4 ? [] : all.filter(({ id }) => id.startsWith(wanted));
  const [only, ...others] = begun;
  if (only && others.length === 0) return only;
  if (only) throw new UsageError(`${begun.length} ${what}s begin with ${wanted}: say more of the id`);
  throw new UsageError(
    `there is no ${what} "${wanted}": say its name, its id, or the first 4 or more characters of that`,
  );
}
