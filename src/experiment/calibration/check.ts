import type { CalibrationPoint, CalibrationResult, Quantities, Quantity } from "../../calibration.ts";
import { InputError, type Issue } from "../../errors.ts";
import { closed, validator } from "../../schema.ts";
import { unitProblem } from "../../thing/ucum/parse.ts";
import { suggestedUnit } from "../../thing/ucum/suggest.ts";
import { Type } from "../../typebox.ts";

const Unit = Type.String({ minLength: 1, maxLength: 32, description: 'In UCUM; what has none is "1"' });
const QuantitySchema = Type.Object({ value: Type.Number(), unit: Unit });
const name = "^[a-zA-Z_][a-zA-Z0-9_]{0,63}$";
const quantities = (description: string) =>
  Type.Record(Type.String({ pattern: name, expects: "named with letters, digits and _" }), QuantitySchema, {
    ...{ description, maxProperties: 32, additionalProperties: false },
  });
const Words = Type.String({ minLength: 1, maxLength: 500 });

/** What any calibration may say. */
export const resultFields = {
  points: Type.Array(
    Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      reference: QuantitySchema,
      measured: Type.Optional(QuantitySchema),
      conditions: Type.Optional(quantities("What else has to do with it")),
    }),
    { maxItems: 100, description: "What was known, and what the Thing made of it" },
  ),
  fit: quantities("What follows from the points, by name"),
  incomplete: Type.Optional(Words),
  note: Type.Optional(Words),
};

const resultSchema = validator(
  closed(Type.Object({ ...resultFields, validForMs: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) })),
);

/** What is kept of one calibration, as JSON; characters. */
const maxLength = 16_384;

/** Throws an `InputError` that tells what of it cannot be kept. */
export function checkResult(result: unknown, what: string): CalibrationResult {
  const { points, fit, incomplete, note, validForMs } = resultSchema.parse(withoutUndefined(result), what);
  const issues = [...unitIssues({ points, fit })];
  if (issues.length > 0)
    throw new InputError(`${what}: ${issues.map(({ path, message }) => `${path} ${message}`).join("; ")}`, issues);
  const kept = {
    ...{ points: points as readonly CalibrationPoint[], fit },
    ...(validForMs !== undefined && { validForMs }),
    ...(incomplete !== undefined && { incomplete }),
    ...(note !== undefined && { note }),
  };
  if (JSON.stringify(kept).length > maxLength)
    throw new InputError(`${what} takes more than ${maxLength} characters: tell fewer points, or less of each`);
  return kept;
}

/** A driver may say `undefined` where it has nothing to say. */
const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

function* unitIssues({ points, fit }: Pick<CalibrationResult, "fit"> & { readonly points: readonly Point[] }) {
  for (const [n, { reference, measured, conditions = {} }] of points.entries()) {
    const all: Quantities = { ...(measured && { measured }), reference };
    yield* issuesIn(all, `/points/${n}`);
    yield* issuesIn(conditions, `/points/${n}/conditions`);
  }
  yield* issuesIn(fit, "/fit");
}

interface Point {
  readonly reference: Quantity;
  readonly measured?: Quantity | undefined;
  readonly conditions?: Quantities | undefined;
}

function* issuesIn(all: Quantities, at: string): Iterable<Issue> {
  for (const [one, { unit }] of Object.entries(all)) {
    const problem = unitProblem(unit);
    const meant = suggestedUnit(unit);
    const path = `${at}/${one}/unit`;
    const hint = meant === undefined ? "" : `; write "${meant}"`;
    const message = `"${unit}" is not in UCUM: ${problem?.message}${hint}`;
    if (problem) yield { path, keyword: "unit", message, params: {}, value: unit };
  }
}
