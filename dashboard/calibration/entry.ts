import type { Schema } from "../bench/shapes.ts";
import type { Quantity } from "./shapes.ts";

const value: Schema = { type: "number", title: "Value" };
const unit: Schema = { type: "string", title: "Unit", minLength: 1, maxLength: 32, description: "In UCUM; 1 for none" };
const quantity = (title: string): Schema => ({
  ...{ type: "object", title, properties: { value, unit }, required: ["value", "unit"] },
});

/** What somebody writes down of a calibration, as a form. */
export const entrySchema: Schema = {
  type: "object",
  properties: {
    points: {
      ...{
        type: "array",
        title: "Points",
        description: "What was known, and what the Thing made of it",
        maxItems: 100,
      },
      items: {
        type: "object",
        properties: {
          name: { type: "string", title: "Name", minLength: 1, maxLength: 64 },
          reference: quantity("Known"),
          measured: quantity("Measured"),
        },
        required: ["reference"],
      },
    },
    fit: {
      ...{ type: "array", title: "What follows from them", maxItems: 32 },
      items: {
        type: "object",
        properties: { name: { type: "string", title: "Name", pattern: "^[a-zA-Z_][a-zA-Z0-9_]{0,63}$" }, value, unit },
        required: ["name", "value", "unit"],
      },
    },
    at: { type: "string", title: "Found at", description: "Such as 2026-11-02T09:30:00Z; just now when left out" },
    expires: { type: "string", title: "Holds for", maxLength: 40, description: "Such as 30 d, or until a time" },
    note: { type: "string", title: "Note", minLength: 1, maxLength: 500 },
  },
};

interface Entry {
  readonly points?: readonly unknown[];
  readonly fit?: readonly (Quantity & { readonly name: string })[];
}

/** As the gateway takes it: what follows has a place by its name there. Of two of one name the last counts. */
export function bodyOf({ fit = [], points = [], ...rest }: Entry): Readonly<Record<string, unknown>> {
  return { ...rest, points, fit: Object.fromEntries(fit.map(({ name, ...one }) => [name, one])) };
}
