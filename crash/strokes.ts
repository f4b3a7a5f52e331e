import type pumpTwin from "../hardware-mocks/syringe-pump.ts";

/** Amounts of the pump's display and of ours are told apart by less; mL. */
const resolution = 0.0005;

interface Stroke {
  /** mL, as the pump was told: distinct for each that is asked for, so that it says who wanted it. */
  readonly volume: number;
  /** What had left the syringe before, in all. */
  readonly from: number;
}

/** What a simulated pump has really done, whatever anybody says about it. */
export class Strokes {
  readonly #pump: ReturnType<typeof pumpTwin>;
  readonly #strokes: Stroke[] = [];
  #before = 0;

  constructor(pump: ReturnType<typeof pumpTwin>) {
    this.#pump = pump;
    void this.#watch();
    void this.#follow();
  }

  /** How many there have been. */
  get count(): number {
    return this.#strokes.length;
  }

  get moving(): boolean {
    return this.#pump.state.prompt === "I" || this.#pump.state.prompt === "W";
  }

  /** Those of this volume, from the stroke number `since` on: how many, and how much came out in all. */
  of(volume: number, since: number): { readonly runs: number; readonly moved: number } {
    let runs = 0;
    let moved = 0;
    for (let n = since; n < this.#strokes.length; n++) {
      const stroke = this.#strokes[n];
      if (!stroke || Math.abs(stroke.volume - volume) > resolution) continue;
      runs++;
      moved += (this.#strokes[n + 1]?.from ?? this.#pushed) - stroke.from;
    }
    return { runs, moved };
  }

  get #pushed(): number {
    // Whoever looks at the display lets it catch up.
    return this.#pump.state && this.#pump.path.pushed;
  }

  async #watch(): Promise<void> {
    for (;;) {
      await this.#pump.received(/RUN1?/);
      this.#strokes.push({ volume: this.#pump.state.volume, from: this.#before });
    }
  }

  /** How much has left while it stands: when we get to look at a stroke, the motor may have run for a while already. */
  async #follow(): Promise<void> {
    for (;;) {
      if (!this.moving) this.#before = this.#pushed;
      await this.#pump.received(/[\s\S]*/);
    }
  }
}
