import { unlessEnded } from "../../context.ts";
import type { Frame } from "../../invocation/frame.ts";
import type { LaneOwner, Rest } from "../../invocation/lane-owner.ts";

type LetGo = (() => void) | undefined;

/**
 * Bring the outputs of all Things to rest that what asks holds, itself or by what it is a step of. What the action wants
 * of them that asks goes before what the one wants that has called it. Resolves with how to let go of them.
 */
export async function atRest(frame: Frame, why: string): Promise<() => void> {
  const rests = [...restsOf(frame)].map(([owner, idle]) => owner.rest?.(idle, why));
  const all = Promise.allSettled(rests);
  try {
    const each = await unlessEnded(all);
    for (const one of each) if (one.status === "rejected") throw one.reason;
    return () => letGo(each);
  } catch (error) {
    // Also of those that get there only now.
    void all.then(letGo);
    throw error;
  }
}

function letGo(each: readonly PromiseSettledResult<LetGo>[]): void {
  for (const one of each) if (one.status === "fulfilled") one.value?.();
}

function restsOf(frame: Frame): ReadonlyMap<LaneOwner, Rest> {
  const rests = new Map<LaneOwner, Rest>();
  const chain: Frame[] = [];
  for (let at: Frame | undefined = frame; at; at = at.parent) chain.push(at);
  for (const { held } of chain) for (const { owner } of held) rests.set(owner, {});
  for (const { idle } of chain)
    for (const [owner, wanted] of idle ?? []) {
      const nearer = rests.get(owner);
      if (nearer) rests.set(owner, { ...wanted, ...nearer });
    }
  return rests;
}
