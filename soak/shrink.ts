import { type Program, soak } from "./soak.ts";

/**
 * The steps of a program that break something without the others, or nearly so: whatever can be left out is. The time
 * that they took is left out with them. At most `maxTries` programs are tried.
 */
export async function shrunk(program: Program & { readonly steps: number }, maxTries = 60): Promise<readonly number[]> {
  const without = new Set<number>();
  const breaks = async (more: readonly number[]) =>
    (await soak({ ...program, without: new Set([...without, ...more]) })).broken !== undefined;
  let tries = 0;
  for (let size = Math.ceil(program.steps / 2); size >= 1 && tries < maxTries; size = Math.floor(size / 2)) {
    for (let from = 1; from <= program.steps && tries < maxTries; from += size) {
      const some = Array.from({ length: size }, (_, n) => from + n).filter(
        (n) => n <= program.steps && !without.has(n),
      );
      if (some.length === 0) continue;
      tries++;
      if (await breaks(some)) for (const step of some) without.add(step);
    }
  }
  return Array.from({ length: program.steps }, (_, n) => n + 1).filter((step) => !without.has(step));
}
