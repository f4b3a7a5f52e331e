import { allSteps } from "../../experiment/procedure/all-steps.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import { procedureError } from "../../experiment/procedure/mistakes.ts";
import { type ReadProcedure, readProcedure } from "../../experiment/procedure/read.ts";
import { thingsOf } from "../../experiment/runs/steps-of.ts";
import { readBench } from "../../gateway/bench.ts";
import { openCatalogue } from "../../gateway/catalogue.ts";
import { definitionsOf } from "../../gateway/definitions.ts";
import { documentIn } from "./document.ts";

interface Checked {
  readonly file: string;
  readonly config: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Hold a document against a configuration. Throws a `ProcedureError` with every mistake, by file, line, column and step. */
export async function checkDocument({ file, config: name, parameters }: Checked): Promise<ReadProcedure> {
  const procedure = readProcedure({ text: await documentIn(file), file, parameters });
  const catalogue = openCatalogue();
  // Its ports need not be on this machine, and nothing is served.
  const config = await readBench(name, catalogue, { mock: true, served: false });
  const mistakes = checkProcedure(procedure, await definitionsOf(config, catalogue));
  if (mistakes.length > 0) throw procedureError(file, mistakes);
  return procedure;
}

/** A few lines about a procedure that is in order. */
export function aboutChecked(file: string, procedure: ReadProcedure): string {
  const { title, steps, onFailure, parameters, parameterSchemas } = procedure;
  const count = [...allSteps(steps), ...allSteps(onFailure)].length;
  const things = thingsOf(procedure).join(", ");
  const values = Object.entries(parameters).map(([name, value]) => {
    const { unit, description } = (parameterSchemas[name] ?? {}) as { unit?: string; description?: string };
    const after = [unit, description && `(${description})`].filter((one) => one !== undefined);
    return `  ${[`${name} = ${JSON.stringify(value)}`, ...after].join(" ")}`;
  });
  const steplings = count === 1 ? "1 step" : `${count} steps`;
  return [`${file}: ok, ${title}: ${steplings}${things && ` with ${things}`}`, ...values].join("\n");
}
