import type { FastifyRequest } from "fastify";
import { InputError, NotFoundError } from "../../errors.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import { procedureError } from "../../experiment/procedure/mistakes.ts";
import type { Procedure } from "../../experiment/procedure/procedure.ts";
import type { Procedures } from "../../experiment/procedure/procedures.ts";
import { thingsOf } from "../../experiment/runs/steps-of.ts";
import { closed, validator } from "../../schema.ts";
import { type Static, Type } from "../../typebox.ts";
import { assertMayWith } from "../access/may.ts";
import { seesProcedure } from "../access/seen-procedure.ts";
import type { Sight } from "../access/sight.ts";

const maxDocument = 256 * 1024;

export const RunWish = Type.Object({
  procedure: Type.Optional(
    Type.String({ maxLength: 100, description: "A stored one: titration, or a version of it, titration@3" }),
  ),
  document: Type.Optional(
    Type.String({ maxLength: maxDocument, description: "Or the text of a procedure, YAML or JSON" }),
  ),
  file: Type.Optional(
    Type.String({ pattern: "^[^\\x00-\\x1f\\x7f]{1,200}$", description: "How messages call that document" }),
  ),
  parameters: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "By name; the others have their defaults" }),
  ),
  dryRun: Type.Optional(Type.Boolean({ description: "Only foretell what it would come to; nothing moves" })),
});
const wished = validator(closed(RunWish));
type RunWish = Static<typeof RunWish>;

/** What is to be run. */
export interface Wanted {
  readonly procedure: Procedure;
  /** The text, where no library keeps it. */
  readonly document: string | undefined;
  readonly dryRun: boolean;
}

/**
 * What the body of a request wants to be run, which fits the Things that exist for its client, and which he may use: each
 * that it names. Throws `InputError`, `ProcedureError`, `NotFoundError` and `ForbiddenError`.
 */
export async function wantedRun(request: FastifyRequest, procedures: Procedures): Promise<Wanted> {
  const { sight } = request;
  const wish = wished.parse(request.body ?? {}, "the run");
  const { document, dryRun = false } = wish;
  const procedure = await procedureOf(wish, procedures, sight);
  // With what is hidden from him left out, it is told as what is not there.
  const mistakes = checkProcedure(procedure, sight.things);
  if (mistakes.length > 0) throw procedureError(procedure.file, mistakes);
  assertMayWith(request, "operate", thingsOf(procedure));
  return { procedure, document, dryRun };
}

async function procedureOf(wish: RunWish, procedures: Procedures, sight: Sight): Promise<Procedure> {
  const { procedure: name, document, file, parameters = {} } = wish;
  if (document !== undefined && name === undefined)
    return procedures.read({ text: document, file: file ?? "document", parameters });
  if (name === undefined || document !== undefined || file !== undefined)
    throw new InputError("say what to run: procedure, a stored one, or document, a text, which may have a file's name");
  const missing = new NotFoundError(`there is no procedure ${name}`);
  const stored = await procedures.stored(name).catch((error: unknown) => {
    // Which others there are is none of his.
    throw error instanceof NotFoundError && !sight.all ? missing : error;
  });
  // Before it is read with his parameters: what is wrong with these tells of it.
  if (!seesProcedure(sight, await procedures.about(stored))) throw missing;
  const { procedure } = await procedures.find({ procedure: name }, parameters);
  return procedure;
}
