import type { Clock, Timer } from "../../clock.ts";
import { type Condition, holds } from "../../condition.ts";
import { formatDuration } from "../../duration.ts";
import { cut } from "../../readable.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Finding } from "./hysteresis.ts";

interface Options {
  readonly everyMs: number;
  /** The bench clock. */
  readonly clock: Clock;
  /** Looks once. */
  look(): Promise<Finding>;
  /** Told of each look, and when one is late. */
  found(finding: Finding): void;
}

/** A look that takes longer has found nothing; bench time, ms. */
const lateMs = 10_000;

/** Looks at something every so often, once at a time. */
export class Watch {
  readonly #options: Options;
  #timer: Timer | undefined;
  #lookingSince: number | undefined;
  #ended = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** At once, and from then on. */
  begin(): void {
    this.#look();
  }

  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  #look(): void {
    const { clock, everyMs, look } = this.#options;
    this.#timer = clock.after(everyMs, () => this.#look());
    if (this.#lookingSince === undefined) {
      this.#lookingSince = clock.now();
      void look().then((finding) => {
        this.#lookingSince = undefined;
        this.#found(finding);
      });
    } else if (clock.now() - this.#lookingSince >= lateMs)
      this.#found({ bad: undefined, why: `no answer within ${formatDuration(lateMs)}` });
  }

  #found(finding: Finding): void {
    if (!this.#ended) this.#options.found(finding);
  }
}

/** Of what a value is, and of what a driver may have said. */
const maxWords = 300;

/** Whether a property is so now. Never rejects. */
export async function lookAt(condition: Condition, thing: Thing): Promise<Finding> {
  const { property } = condition;
  const what = `${thing.name}.${property}`;
  try {
    const value = await thing.sample(property);
    const bad = holds(condition, value);
    const why = `${what} is ${cut(JSON.stringify(value) ?? "nothing", maxWords)}`;
    return { bad, why: bad === undefined ? `${why}, which cannot be compared with ${condition.value}` : why };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { bad: undefined, why: `${what} cannot be read: ${cut(why, maxWords)}` };
  }
}

/** Whether a Thing can be used now. */
export function lookFor({ name, state, reason }: Pick<Thing, "name" | "state" | "reason">): Finding {
  const why = `${name} is ${state}${reason === undefined || state === "ready" ? "" : `: ${cut(reason, maxWords)}`}`;
  // One that is being opened may be lost, or on its way back.
  return { bad: state === "opening" ? undefined : state !== "ready", why };
}
