import type { CancelReason } from "../errors.ts";
import { cancelled } from "./cause.ts";
import { concerned, dropWaiting, endLive, touches } from "./cut-off.ts";
import type { LaneOwner } from "./lane-owner.ts";
import type { LiveInvocations } from "./live.ts";
import { isTerminal } from "./state.ts";
import type { Writes } from "./writes.ts";

/** What is done on which Things, for those who are about to take one away, or have to leave it in peace. */
export class Occupation {
  readonly #live: Pick<LiveInvocations, "all">;
  readonly #writes: Pick<Writes, "frames" | "endOf">;

  constructor(live: Pick<LiveInvocations, "all">, writes: Pick<Writes, "frames" | "endOf">) {
    this.#live = live;
    this.#writes = writes;
  }

  /** Whether nothing at all works, or waits to. */
  get isIdle(): boolean {
    return this.#live.all().length === 0 && [...this.#writes.frames].length === 0;
  }

  /** Whether anything has begun on that Thing and not ended, beside its lane too. */
  worksOn(owner: LaneOwner): boolean {
    const begun = this.#live.all().flatMap(({ ticket, frame }) => (ticket ? [] : [frame]));
    return [...begun, ...this.#writes.frames].some((frame) => touches(frame, new Set([owner])));
  }

  /** What works on these Things or waits to, and what goes through several of which they are some; in words. */
  busyWith(owners: ReadonlySet<LaneOwner>): readonly string[] {
    const [lives, writes] = this.#workOn(owners);
    return [
      ...lives.map(({ invocation: { id, thing, action, status } }) => `${thing}.${action} is ${status} (${id})`),
      ...writes.map(({ label }) => `${label} is under way`),
    ];
  }

  /** End all of that by the ladder; resolves when it has ended. */
  async endOn(owners: ReadonlySet<LaneOwner>, reason: CancelReason, by: string): Promise<void> {
    const cause = cancelled(reason, by);
    const [lives, writes] = this.#workOn(owners);
    dropWaiting(lives, cause);
    for (const live of lives) if (!isTerminal(live.invocation.status)) endLive(live, cause);
    await Promise.all([...lives.map(({ invocation }) => invocation.over), this.#writes.endOf(writes, cause)]);
  }

  #workOn(owners: ReadonlySet<LaneOwner>) {
    const names = [...owners].map(({ name }) => name);
    const [lives, writes] = concerned(owners, this.#live.all(), this.#writes.frames);
    const through = this.#live.all().filter(({ frame }) => frame.owner.standsFor?.some((one) => names.includes(one)));
    return [[...new Set([...lives, ...through])], writes] as const;
  }
}
