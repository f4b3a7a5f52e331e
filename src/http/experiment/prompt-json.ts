import type { Prompt } from "../../experiment/prompts/prompt.ts";
import type { Sight } from "../access/sight.ts";
import { type Base, invocationUrl, time } from "../invocation-json.ts";

/** What is asked, for whoever may see it. */
export function promptJson(prompt: Prompt, sight: Sight, base: Base) {
  const { id, state, message, schema, things, thing, action, invocation, askedAt, endedAt } = prompt;
  return {
    ...{ id, state, title: sight.text(prompt.title ?? null), message: sight.text(message), schema: schema ?? null },
    askedAt: time(askedAt),
    timeoutMs: prompt.timeoutMs ?? null,
    leftMs: prompt.leftMs ?? null,
    onTimeout: prompt.onTimeout,
    ...{ thing: sight.text(thing), action, things: things.filter((one) => sight.sees(one)) },
    invocation: { ...invocation, href: invocationUrl(base, invocation.id) },
    endedAt: time(endedAt),
    answeredBy: sight.text(prompt.answeredBy) ?? null,
  };
}
