import type { Schema } from "../../bench/shapes.ts";
import type { Draft } from "./draft.ts";
import type { FormState } from "./form-state.ts";

/** What every field is given. */
export interface FieldProps {
  readonly schema: Schema;
  /** What it is called, where its schema has no title. */
  readonly name: string;
  readonly draft: Draft;
  /** It cannot be left out. */
  readonly needed: boolean;
  /** Where it is in the form; a JSON pointer. */
  readonly at: string;
  readonly form: FormState;
  readonly onDraft: (draft: Draft, at: string) => void;
}

/** `feed_rate` is "Feed rate". */
export const titleOf = ({ title }: Schema, name: string): string => {
  if (title !== undefined) return title.slice(0, 200);
  const words = name.replaceAll(/[_\s]+/g, " ").replaceAll(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1, 200)}`;
};
