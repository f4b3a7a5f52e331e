import {
  cleanUp,
  DeviceFaultError,
  DeviceResetError,
  deliver,
  InputError,
  log,
  OperatedLocallyError,
  report,
  sleep,
} from "benchd/driver";
import type { Dialogue } from "./dialogue.ts";
import { fourDigits, nanolitres, type parseCounts, shown } from "./protocol.ts";
import type { Watch } from "./watch.ts";

/** The pump shows amounts in steps of at least this, in mL. */
export const resolution = 0.002;

/** What the pump has counted; mL. */
type Counts = ReturnType<typeof parseCounts>;

interface Clamped {
  /** Inside, as far as is known now; mm. Throws when nothing may be moved by it. */
  diameter(): number;
  /** What it holds; mL. */
  readonly syringeVolume: number;
}

type Unit = ReturnType<typeof unitAt>;

/** What the pump counts in goes by the diameter. */
const unitAt = (diameter: number) =>
  diameter > 14 ? { name: "ML", symbol: "mL", perML: 1 } : { name: "UL", symbol: "µL", perML: 1000 };

/** The syringe in the pump: what is in it, and what the plunger pushes out and pulls in. */
export class Syringe {
  /**
   * mL; an upper bound, as nobody can look inside: only what is known to have left is taken off, and all that may have
   * been drawn in is added. So neither is more asked of it than it has, nor more drawn in than there is room for.
   */
  remaining: number;
  readonly #clamped: Clamped;
  readonly #pump: Dialogue;
  readonly #watch: Watch;

  constructor(clamped: Clamped, pump: Dialogue, watch: Watch) {
    this.remaining = clamped.syringeVolume;
    this.#clamped = clamped;
    this.#pump = pump;
    this.#watch = watch;
  }

  /**
   * Move the plunger. Resolves with what the pump has counted, in mL. It may be one of several strokes of a call, which
   * have moved `before` mL already, of `of` in all.
   */
  async stroke(direction: "INF" | "WDR", volume: number, { before = 0, of = volume } = {}): Promise<number> {
    const watch = this.#watch;
    const infusing = direction === "INF";
    const diameter = this.#clamped.diameter();
    const unit = unitAt(diameter);
    const { text, amount } = this.#program(infusing, volume, unit);
    await this.#pump.standstill();
    await this.#prepare(direction, text, diameter, unit);

    const start = this.remaining;
    let done = 0;
    // Whoever presses a key acknowledges the alarm before we see it, but cannot hide that the counter began again.
    const lost = (moved: Counts) =>
      watch.counterLost || (infusing ? moved.infused : moved.withdrawn) < done - resolution;
    const note = ({ infused, withdrawn }: Counts, ended: boolean) => {
      done = infusing ? infused : withdrawn;
      const uncertain = ended ? 0 : Math.max(0, amount - done);
      this.#keep(start - infused + withdrawn + (infusing ? 0 : uncertain));
      report({ done: before + done, of: of > volume ? of : amount });
      const requested = nanolitres(before + volume);
      if (infusing) deliver({ unit: "mL", requested, confirmed: nanolitres(before + done), uncertain });
    };
    note({ infused: 0, withdrawn: 0 }, false);
    const settle = async () => {
      const moved = await this.#pump.standstill();
      if (lost(moved)) {
        log.warning(`the pump lost its count with its power: what it moved after ${shown(done)} is not known`);
        return;
      }
      note(moved, true);
      log(`the pump stopped at ${shown(done)} of ${shown(amount)}`);
    };
    try {
      await this.#pump.command("RUN");
      watch.stroking = true;
      await this.#follow(amount, async () => {
        const { prompt, ...moved } = await this.#pump.counts();
        if (lost(moved)) throw new DeviceResetError("the pump has begun to count again: its power was interrupted");
        note(moved, prompt === "S");
        return { volume: done, ended: prompt === "S" };
      });
    } catch (error) {
      return await cleanUp(error, "it is not known whether the pump stands still", settle);
    } finally {
      watch.stroking = false;
    }
    return done;
  }

  /** What the counter of the pump tells, when it is opened; what was moved before the last stroke nobody knows. */
  begin({ infused, withdrawn }: Counts): void {
    this.#keep(this.#clamped.syringeVolume - infused + withdrawn);
  }

  #keep(volume: number): void {
    this.remaining = nanolitres(Math.min(this.#clamped.syringeVolume, Math.max(0, volume)));
  }

  /** A volume as the pump is told of it: rounded to what it takes. */
  #program(infusing: boolean, volume: number, { perML, symbol }: Unit): { text: string; amount: number } {
    const room = infusing ? this.remaining : this.#clamped.syringeVolume - this.remaining;
    const demand = (mL: number) => {
      if (mL <= room + 1e-9) return;
      const what = infusing
        ? `there are at most ${shown(room)} in the syringe: ask for less, or refill it and write "remaining"`
        : `there is room for ${shown(room)} in the syringe: ask for less, or write "remaining" if it holds less`;
      throw new InputError(`${shown(mL)} asked, but ${what}`);
    };
    demand(volume);
    const text = fourDigits(volume * perML, symbol);
    const amount = nanolitres(Number(text) / perML);
    // To the pump, volume 0 means: without end.
    if (amount === 0) throw new InputError(`${shown(volume)} is less than the pump can move: ask for more`);
    demand(amount);
    return { text, amount };
  }

  async #prepare(direction: "INF" | "WDR", volume: string, inside: number, { name }: Unit): Promise<void> {
    const { command, ensure } = this.#pump;
    const diameter = fourDigits(inside, "mm");
    await ensure("PF", "0");
    await ensure("FUN", "RAT");
    await ensure("DIA", diameter, (shows) => Number(shows) === Number(diameter));
    await ensure("VOL", name, (shows) => shows.endsWith(name));
    await ensure("VOL", volume, (shows) => Number.parseFloat(shows) === Number(volume));
    await ensure("DIR", direction);
    this.#watch.counterLost = false;
    await command("CLDINF");
    await command("CLDWDR");
  }

  /** Follow the plunger until the program has ended; `look` tells how far it is. */
  async #follow(amount: number, look: () => Promise<{ volume: number; ended: boolean }>): Promise<void> {
    let { mLPerMin } = await this.#pump.rate();
    let before = -1;
    let silentMs = 0;
    for (;;) {
      const { volume, ended } = await look();
      if (volume > amount + 2 * resolution)
        throw new DeviceFaultError(`the pump has moved ${volume} mL where ${amount} mL were asked`);
      if (ended && volume >= amount - 2 * resolution) return;
      if (ended) throw new OperatedLocallyError(`someone stopped the pump at ${volume} of ${amount} mL`);
      // Slower than thought? Its rate may have been changed since.
      if (volume <= before) ({ mLPerMin } = await this.#pump.rate());
      const pauseMs = Math.min(1000, Math.max(100, ((amount - volume) / mLPerMin) * 60_000));
      silentMs = volume > before ? 0 : silentMs + pauseMs;
      if (silentMs > 5000 + (3 * resolution * 60_000) / mLPerMin)
        throw new DeviceFaultError(`the pump claims to move, but stays at ${volume} of ${amount} mL`);
      before = volume;
      await sleep(pauseMs);
    }
  }
}
