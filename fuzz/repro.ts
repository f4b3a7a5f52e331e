import type { Violation } from "./fuzz.ts";
import { trial } from "./trial.ts";

/** How much of what came before is needed to see a violation again: the least power of two that does. */
export async function reproduction(seed: number, { number }: Violation, maxCases = 4096): Promise<string> {
  for (let before = 0; before <= maxCases && before / 2 <= number; before = before === 0 ? 1 : before * 2) {
    const from = Math.max(0, number - before);
    // Requests are at least as many as cases; a few more do no harm.
    const requests = (number - from + 1) * (before === 0 ? 1 : 2);
    const { violations } = await trial({ seed, from, requests, weighs: false });
    if (violations.length > 0) return `npm run fuzz -- --seed ${seed} --from ${from} --requests ${requests} --once`;
  }
  return `npm run fuzz -- --seed ${seed} (it takes more than the ${maxCases} cases before it)`;
}
