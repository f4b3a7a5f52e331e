import { InputError } from "../../errors.ts";
import type { Prompt } from "../../experiment/prompts/prompt.ts";
import { cut } from "../../readable.ts";

/** Of an answer, in words; characters. */
const maxTold = 100;

/** Why `given` does not fit: where an answer is inside of it that would, that it is to be sent by itself. */
export function refusedAnswer(error: unknown, given: unknown, prompt: Prompt): unknown {
  if (!(error instanceof InputError) || typeof given !== "object" || given === null) return error;
  const [[name, inner] = ["", undefined], ...more] = Object.entries(given);
  if (more.length > 0 || inner === undefined || !accepts(prompt, inner)) return error;
  const words = cut(JSON.stringify(inner), maxTold);
  const message = `the body is the answer itself: send ${words}, not {"${cut(name, maxTold)}": ${words}}`;
  return new InputError(message, [{ path: "", keyword: "wrapped", message, params: {}, value: given }]);
}

function accepts(prompt: Prompt, answer: unknown): boolean {
  try {
    prompt.accept(answer);
    return true;
  } catch {
    return false;
  }
}
