import { type Assertion, assertions } from "./assertions.ts";
import type { Findings } from "./dialogue/findings.ts";
import { verdicts } from "./verdicts.ts";

/** What has come of an assertion. */
export interface Result {
  readonly assertion: Assertion;
  readonly result: "passed" | "failed" | "not applicable";
  /** How it was checked, or why it is not applicable. */
  readonly how: string;
  /** How many cases it was checked in; undefined where that varies, or it follows from others, or is not applicable. */
  readonly cases?: number;
  readonly flaws: readonly string[];
}

/** Hold every assertion against what was found out. */
export function judge(findings: Findings): readonly Result[] {
  const results = assertions.map((assertion) => resultOf(assertion, findings));
  return results.map((result) => concluded(result, results));
}

function resultOf(assertion: Assertion, findings: Findings): Result {
  const verdict = verdicts[assertion.id];
  if (!verdict) return { assertion, result: "failed", how: "", flaws: ["nobody has said how to check it"] };
  if ("reason" in verdict) return { assertion, result: "not applicable", how: verdict.reason, flaws: [] };
  if ("from" in verdict) return { assertion, result: "passed", how: verdict.how, flaws: [] };
  const { cases, flaws } = verdict.judge(findings);
  const result = flaws.length === 0 ? "passed" : "failed";
  return { assertion, result, how: verdict.how, flaws, ...(!verdict.varies && { cases }) };
}

/** Those that follow from others have failed when one of these has. */
function concluded(result: Result, all: readonly Result[]): Result {
  const verdict = verdicts[result.assertion.id];
  if (!verdict || !("from" in verdict)) return result;
  const failed = all.filter(({ assertion: { id }, result }) => verdict.from(id) && result === "failed");
  if (failed.length === 0) return result;
  return { ...result, result: "failed", flaws: [`${failed.length} of them have failed`] };
}
