import type { InputError } from "../../errors.ts";
import { type Problem, wotProblem } from "../problem.ts";

/** One thing that is wrong with a request, in the form that RFC 9457 shows. */
type Misfit = { readonly detail: string } & ({ readonly pointer: string } | { readonly parameter: string });

/** More would only repeat themselves. */
const maxMisfits = 20;

/** What does not fit, and each place where: in the body by a JSON pointer, in the query by its name. */
export function inputProblem(
  error: InputError & { readonly validationContext?: string },
): Problem & { readonly errors?: readonly Misfit[] } {
  const { issues, validationContext } = error;
  const inQuery = validationContext === "querystring";
  const errors = issues
    .slice(0, maxMisfits)
    .map(({ path, message }) =>
      inQuery ? { detail: message, parameter: path.slice(1) } : { detail: message, pointer: `#${path}` },
    );
  return { ...wotProblem(error), ...(errors.length > 0 && { errors }) };
}
