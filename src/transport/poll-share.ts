import type { WorkKind } from "../context.ts";

/** For so long after its last exchange a run is taken to be under way; bench ms. */
const runMs = 5000;
/** A poll is followed by so many times its own duration in which there is none, on the average: it has a fifth of the wire. */
const restFactor = 4;
const maxRestMs = 10_000;
/** Else a run that asks in the same rhythm would meet one each time: the rests go through all from half as long to half as long again. */
const goldenRatio = 0.618034;

/** While a run talks to a device, polls have a share of the wire, or it would meet one of them each time it asks. */
export class PollShare {
  #ranAt = Number.NEGATIVE_INFINITY;
  #polledAt: number | undefined;
  #count = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;

  /** A turn begins at that time. */
  begun(kind: WorkKind, now: number): void {
    if (kind === "run") this.#ranAt = now;
    this.#polledAt = kind === "poll" ? now : undefined;
  }

  /** The wire is free again. */
  free(now: number): void {
    if (this.#polledAt === undefined) return;
    const factor = restFactor * (0.5 + ((++this.#count * goldenRatio) % 1));
    this.#restsUntil = now + Math.min(maxRestMs, factor * (now - this.#polledAt));
    this.#polledAt = undefined;
  }

  /** How long the next poll has to wait; ms. */
  restMs(now: number): number {
    return now - this.#ranAt < runMs ? Math.max(0, this.#restsUntil - now) : 0;
  }
}
