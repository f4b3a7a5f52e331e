import { ambient } from "../../context.ts";
import { BenchdError } from "../../errors.ts";
import { StepFailedError } from "../../experiment-errors.ts";
import { wasAsked } from "../../invocation/cause.ts";
import type { Step } from "../procedure/procedure.ts";
import { stepText } from "./step-text.ts";

interface Where {
  /** As the procedure is named. */
  readonly file: string;
  /** Says whether what the step is part of was asked to end. */
  readonly signal: AbortSignal | undefined;
  log(level: "warning", message: string): void;
}

/** What a step ends with that has thrown this: the innermost that has failed is told with its place. */
export function failureOf(step: Step, thrown: Error, { file, signal, log }: Where): Error {
  const doubt = thrown instanceof BenchdError ? thrown.outcome : undefined;
  if (signal?.aborted && !doubt) {
    // It was asked to end while it was failing, and that is how it ends.
    if (!wasAsked(thrown)) log("warning", `${step.path}: ${thrown.message}`);
    return signal.reason as Error;
  }
  if (thrown instanceof StepFailedError) return thrown;
  // Caught, or beside another that is told, it is still so: should the run not come to its end, nobody knows what was done.
  if (doubt) ambient()?.work.invocation?.brokeIn();
  const { path, place } = step;
  const where = `${file}:${place.line}: ${path}, ${stepText(step)}`;
  return new StepFailedError(`${where}: ${thrown.message}`, { cause: thrown, ...(doubt && { outcome: doubt }) });
}
