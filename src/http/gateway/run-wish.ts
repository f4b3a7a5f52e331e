import type { FastifyRequest } from "fastify";
import { InputError } from "../../errors.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import { procedureError } from "../../experiment/procedure/mistakes.ts";
import type { Procedure } from "../../experiment/procedure/procedure.ts";
import { readProcedure } from "../../experiment/procedure/read.ts";
import { thingsOf } from "../../experiment/runs/steps-of.ts";
import { closed, validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import { assertMay } from "../access/may.ts";

const maxDocument = 256 * 1024;

export const RunWish = Type.Object({
  document: Type.Optional(
    Type.String({ maxLength: maxDocument, description: "The text of a procedure, YAML or JSON" }),
  ),
  file: Type.Optional(
    Type.String({ pattern: "^[^\\x00-\\x1f\\x7f]{1,200}$", description: "How messages call that document" }),
  ),
  parameters: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "By name; the others have their defaults" }),
  ),
});
const wanted = validator(closed(RunWish));

/** What is to be run. */
export interface Wanted {
  readonly procedure: Procedure;
  /** The text, where no library keeps it. */
  readonly document: string | undefined;
}

/**
 * What the body of a request wants to be run, which fits the Things that exist for its client, and which he may use: each
 * that it names. Throws `InputError`, `ProcedureError`, `NotFoundError` and `ForbiddenError`.
 */
export async function wantedRun(request: FastifyRequest): Promise<Wanted> {
  const { sight } = request;
  const { document, file = "document", parameters } = wanted.parse(request.body ?? {}, "the run");
  if (document === undefined) throw new InputError("say what to run: document, the text of a procedure");
  const procedure = readProcedure({ text: document, file, parameters });
  // With what is hidden from him left out, it is told as what is not there.
  const mistakes = checkProcedure(procedure, sight.things);
  if (mistakes.length > 0) throw procedureError(file, mistakes);
  const things = thingsOf(procedure);
  for (const thing of things.length > 0 ? things : [undefined]) assertMay(request, "operate", thing);
  return { procedure, document };
}
