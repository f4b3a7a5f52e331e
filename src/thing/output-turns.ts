import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import { DeviceFaultError } from "../errors.ts";
import type { Life } from "./life.ts";
import { type Turn, turnsOf } from "./output-policies.ts";
import type { Way } from "./output-ways.ts";
import type { Outputs } from "./outputs.ts";

/** How long a device has to confirm that one output is safe; bench time. */
export const confirmMs = 2000;

export interface TurnsOptions {
  readonly life: Life;
  readonly outputs: Outputs;
  readonly clock: Clock;
}

/** Where the outputs go, and how. */
interface Bringing extends Way {
  /** They stay as they are. */
  readonly kept: readonly string[];
  /** The device is stopped with the first of them. */
  readonly stops: boolean;
}

/** Brings the outputs of one Thing to where they go, each in its turn, and has its driver do its part of that. */
export class OutputTurns {
  readonly #options: TurnsOptions;
  readonly #turns: readonly Turn[];

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#turns = turnsOf(options.outputs.contracts);
  }

  /** Before the first of them is brought there; ms. */
  get waitMs(): number {
    return this.#turns[0]?.afterMs ?? 0;
  }

  /** How long after the others the last of them is brought there; ms. */
  get afterMs(): number {
    return this.#turns.at(-1)?.afterMs ?? 0;
  }

  /** Rejects when that is not confirmed. */
  async bring(way: Bringing): Promise<void> {
    const { life, outputs } = this.#options;
    const { scope } = life;
    const due = (names: readonly string[]) => names.filter((name) => !way.kept.includes(name));
    const all = due(Object.keys(outputs.contracts));
    outputs.owe(all, way.level);
    // What is driven although the Thing is not open needs nobody else.
    if (!life.handlers) outputs.drive(all, way.level);
    await this.run(way.stops ? "stop" : "safe", async () => {
      const turns = this.#turns.map(({ names, afterMs }, turn) =>
        this.#after(afterMs, async () => {
          // It was closed meanwhile, and that has made it safe.
          if (life.scope !== scope) return;
          const later = this.#turns.slice(turn + 1).flatMap((one) => one.names);
          const left = [...way.kept, ...way.own, ...later];
          await this.#take(due(names), left, { ...way, stops: way.stops && turn === 0 });
        }),
      );
      const failures = await Promise.all(turns.map((turn) => attempt(() => turn)));
      const failed = failures.find((failure) => failure !== undefined);
      if (failed !== undefined) throw failed;
    });
  }

  /** A hook of the driver's. What is not over in its time might be anywhere in it, and reach the device among new work. */
  run(what: "stop" | "safe", hook: () => unknown): Promise<void> {
    const { life, clock } = this.#options;
    const { generation } = life;
    const running = life.run("urgent", async () => void (await hook()));
    const settled = attempt(() => running).then(() => {});
    const timer = clock.after(confirmMs + this.afterMs, () =>
      life.quarantine(`"${what}" of its driver has not ended`, settled, generation),
    );
    void settled.then(() => timer.cancel());
    return running;
  }

  /** One turn. The stop first, as its bytes leave at once; none keeps another from being tried, by failing or by hanging. */
  async #take(names: readonly string[], left: readonly string[], { level, stops }: Bringing): Promise<void> {
    const { life, outputs, clock } = this.#options;
    const handlers = life.openHandlers();
    const stopping = stops ? [attempt(() => handlers.stop?.())] : [];
    const sent = [...stopping, attempt(() => outputs.drive(names, level))];
    await bounded(clock, confirmMs, Promise.all(sent)).catch(() => {});
    const failures = await Promise.all([...sent, attempt(() => outputs.tellSafe(handlers, left))]);
    const failed = failures.find((failure) => failure !== undefined);
    if (failed !== undefined) throw failed;
    outputs.madeSafe(names, level);
  }

  /** The first turn begins before this returns. */
  #after(ms: number, act: () => Promise<void>): Promise<void> {
    if (ms === 0) return act();
    return new Promise((resolve, reject) => {
      this.#options.clock.after(ms, () => act().then(resolve, reject));
    });
  }
}

/** What went wrong, if anything did: also what is thrown at once. */
export async function attempt(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error ?? new DeviceFaultError("it failed without saying why");
  }
}
