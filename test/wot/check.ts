import type { Findings } from "./dialogue/findings.ts";

/** What a check has looked at, and what it has found to be wrong, each with its place. */
export interface Outcome {
  readonly cases: number;
  readonly flaws: readonly string[];
}

/** An assertion that is held against what was found out. */
export interface Check {
  /** In words, for whoever reads the page. */
  readonly how: string;
  /** How many cases there are is not the same each time: it depends on how soon what was asked for has ended. */
  readonly varies?: boolean;
  judge(findings: Findings): Outcome;
}

/** An assertion that follows from others: it holds when they do. */
export interface Conclusion {
  readonly how: string;
  readonly from: (id: string) => boolean;
}

/** An assertion that is not about us. */
export interface NotApplicable {
  readonly reason: string;
}

export type Verdict = Check | Conclusion | NotApplicable;
/** By the identifiers of the assertions. */
export type Verdicts = Readonly<Record<string, Verdict>>;

/** So many flaws are told of one check; what is wrong once is often wrong everywhere. */
const maxFlaws = 3;

/**
 * Looks at one case after the other; `flaw` tells what is wrong with one. A check that finds nothing to look at has failed.
 */
export function check<Case>(
  how: string,
  cases: (findings: Findings) => readonly Case[],
  flaw: (one: Case) => string | false | undefined,
): Check {
  return {
    how,
    judge(findings) {
      const all = cases(findings);
      const flaws = all.flatMap((one) => {
        const found = flaw(one);
        return found ? [`${placeOf(one)}: ${found}`] : [];
      });
      const more = flaws.length > maxFlaws ? [`and ${flaws.length - maxFlaws} more`] : [];
      if (all.length === 0) return { cases: 0, flaws: ["there was nothing to look at"] };
      return { cases: all.length, flaws: [...flaws.slice(0, maxFlaws), ...more] };
    },
  };
}

/** A check whose number of cases is not the same each time. */
export const varying = (check: Check): Check => ({ ...check, varies: true });

/** The same assertion is often made of a part, or in other words. */
export const like = (checks: Verdicts, id: string, how?: string): Verdict => {
  const verdict = checks[id];
  if (!verdict) throw new Error(`there is no verdict on ${id}`);
  return how === undefined ? verdict : { ...verdict, how };
};

function placeOf(one: unknown): string {
  if (typeof one !== "object" || one === null) return String(one);
  const { thing, name, about, why } = one as Readonly<Record<string, unknown>>;
  if (thing !== undefined) return name === undefined || name === "" ? String(thing) : `${thing}.${name}`;
  return String(about ?? why ?? "it");
}
