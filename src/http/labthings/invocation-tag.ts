import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { BenchEvent } from "../../events/event.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { isTerminal } from "../../invocation/state.ts";
import { invocationEntry, stepJson } from "../invocation-json.ts";
import type { View } from "../view.ts";

const anywhere = { origin: "", prefix: "" };

/**
 * The entity tag of how an invocation is. It is the same whatever part of the log is asked for, so that who has followed
 * the log up to some line can ask for what has come since by the tag of an earlier answer.
 */
export function tagOf(invocation: InvocationRecord): string {
  const { delivery, steps, log } = invocation;
  // Input, output and error are told by these.
  const state = [invocationEntry(invocation, anywhere), delivery, steps.map(stepJson), log.entries().at(-1)?.seq];
  const hash = createHash("sha256").update(JSON.stringify(state)).digest("base64url");
  return `"${hash.slice(0, 22)}"`;
}

interface Waiting {
  readonly waitMs: number;
  readonly response: ServerResponse;
  /** Whose place he takes who waits. */
  readonly by: string | undefined;
}

/** Resolves when `invocation` is not as `tag` says any more, or earlier, at the latest after `waitMs`; at once when it has ended. */
export async function untilChanged(
  { gateway, patience }: View,
  invocation: InvocationRecord,
  tag: string,
  { waitMs, response, by }: Waiting,
): Promise<void> {
  if (waitMs <= 0 || isTerminal(invocation.status)) return;
  let come = () => {};
  const ended = new Promise<void>((resolve) => {
    come = resolve;
  });
  const leave = gateway.events.listen(({ event }) => {
    if (concerns(event, invocation) && tagOf(invocation) !== tag) come();
  });
  await patience.until({ ended }, waitMs, response, { by }).finally(leave);
}

/** While it waits, what becomes of those before it moves it on. */
function concerns(event: BenchEvent, { id, thing }: InvocationRecord): boolean {
  return "id" in event && (event.id === id || (event.kind === "invocation" && event.thing === thing));
}
