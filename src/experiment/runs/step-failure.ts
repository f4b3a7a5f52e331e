import { ambient } from "../../context.ts";
import { BenchdError, StepFailedError } from "../../errors.ts";
import type { Step } from "../procedure/procedure.ts";
import { stepText } from "./step-text.ts";

/** What a step fails with: where it stands, and why. */
export function failureOf(step: Step, file: string, error: Error): StepFailedError {
  const { path, place } = step;
  const unknown = error instanceof BenchdError && error.outcome === "unknown";
  // Caught, or beside another that is told, it is still so: should the run not come to its end, nobody knows what was done.
  if (unknown) ambient()?.work.invocation?.brokeIn();
  const where = `${file}:${place.line}: ${path}, ${stepText(step)}`;
  return new StepFailedError(`${where}: ${error.message}`, { cause: error, ...(unknown && { outcome: "unknown" }) });
}
