import type { Prompt } from "../../experiment/prompts/prompt.ts";
import type { Sight } from "./sight.ts";

/**
 * A prompt exists for whoever may read the Thing whose invocation asks, or all those that a run works with; and the
 * Thing that asks as a step of it, whose words these are.
 */
export const seesPrompt = (sight: Sight, { things, thing, invocation }: Asked): boolean =>
  sight.seesAll(things) && (thing === invocation.thing || sight.sees(thing));

type Asked = Pick<Prompt, "things" | "thing"> & { readonly invocation: Pick<Prompt["invocation"], "thing"> };
