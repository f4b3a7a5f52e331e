import type { Clock, Timer } from "../clock.ts";

const backOffMs = [1000, 2000, 5000, 10_000, 30_000];
/** How often to look for a port that is not there: cheap, and whoever plugs it in stands in front of it. */
const lookMs = 100;
/** Things that were lost together do not come back in step: each delay is shorter by up to this share. */
const spread = 0.25;

export interface ReopeningOptions {
  /** The Thing's; it decides how its delays are spread, so that they are the same in every run. */
  readonly name: string;
  readonly clock: Clock;
  /** Whether there is anything to open; without it nobody knows before trying. */
  readonly present: (() => Promise<boolean>) | undefined;
  open(): void;
}

/** When to open a Thing again that was lost: soon after its port is back, and ever more seldom while it is mute. */
export class Reopening {
  readonly #options: ReopeningOptions;
  #attempts = 0;
  #timer: Timer | undefined;
  /** Counts what was begun and given up, so that a look that takes its time is forgotten. */
  #round = 0;

  constructor(options: ReopeningOptions) {
    this.#options = options;
  }

  begin(): void {
    this.giveUp();
    const { clock, name } = this.#options;
    const due = clock.now() + delayMs(name, this.#attempts++);
    this.#lookUntil(due, { round: this.#round, absent: false });
  }

  /** Only once its port has been away: what is there now is of no use. */
  afterReplug(): void {
    this.giveUp();
    if (this.#options.present) this.#lookUntil(Number.POSITIVE_INFINITY, { round: this.#round, absent: false });
  }

  giveUp(): void {
    this.#round++;
    this.#timer?.cancel();
  }

  succeeded(): void {
    this.#attempts = 0;
  }

  #lookUntil(due: number, seen: { readonly round: number; readonly absent: boolean }): void {
    const { clock, present } = this.#options;
    const dueIn = Math.max(0, due - clock.now());
    const waitMs = !present ? dueIn : seen.absent ? lookMs : Math.min(lookMs, dueIn);
    this.#timer = clock.after(waitMs, () => void this.#look(due, seen));
  }

  async #look(due: number, { round, absent }: { readonly round: number; readonly absent: boolean }): Promise<void> {
    const { clock, present, open } = this.#options;
    const isThere = (await present?.()) ?? true;
    if (round !== this.#round) return;
    if (!isThere) this.#lookUntil(due, { round, absent: true });
    else if (!absent && clock.now() < due) this.#lookUntil(due, { round, absent });
    else {
      // It has come back: what it did before it was away tells nothing.
      if (absent) this.#attempts = 0;
      open();
    }
  }
}

function delayMs(name: string, attempt: number): number {
  const whole = backOffMs[Math.min(attempt, backOffMs.length - 1)] ?? 0;
  return Math.round(whole * (1 - spread * fraction(`${name} ${attempt}`)));
}

/** From 0 to 1, by a text: FNV-1a. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
