import { DefinitionError } from "../errors.ts";
import type { Question } from "../question.ts";
import type { Frame } from "./frame.ts";

/** What brings questions to whoever stands at the bench. */
export interface Prompts {
  /** Rejects when the invocation is asked to end, and when nobody answers in time. */
  ask(question: Question, frame: Frame): Promise<unknown>;
}

/** Where there is nobody to ask. */
export const noPrompts: Prompts = {
  async ask() {
    throw new DefinitionError("nobody can be asked here: there is no bench");
  },
};
