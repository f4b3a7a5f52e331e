import { placed } from "../../experiment/procedure/mistakes.ts";
import type { Mistake, Procedure } from "../../experiment/procedure/procedure.ts";
import type { Runs } from "../../experiment/runs/runs.ts";
import type { Asked } from "../../thing/action-calls.ts";

/** What keeps a procedure from being begun as a bench is now: Things that are not ready, interlocks, leases of others. */
export const objectionsTo = (procedure: Procedure, runs: Pick<Runs, "objections">, asked: Asked): readonly Mistake[] =>
  [...runs.objections(procedure, asked)].map(({ step, error }) => ({
    at: placed(procedure.file, step.place),
    step: step.path,
    message: error.message,
  }));
