import { DeviceFaultError, InputError, log, now, report, shield, sleep } from "benchd/driver";
import { Controller, type ControllerOptions } from "./controller.ts";
import { type Limits, Watch } from "./watch.ts";

export interface RegulatorOptions {
  readonly limits: Limits & ControllerOptions & { readonly staleAfter: number };
  /** °C. */
  probe(): Promise<number>;
  /** Give this share of full power, 0 to 1; called over and over. Off is off before the first wait. */
  apply(power: number): void | Promise<void>;
  tripped(reason: string): void;
}

/** What is asked for by the action `heat_to`. */
export interface Approach {
  readonly temperature: number;
  readonly tolerance: number;
  readonly stableFor: number;
  readonly hold: boolean;
}

const sampleMs = 1000;
const driveMs = 250;
/** While it is off, it is only kept so. */
const idleMs = 1000;
const lookMs = 500;
/** Within this of the setpoint it counts as holding; K. */
const near = 0.5;

/** Holds a temperature, watches over that, and switches off for good when something is wrong. */
export class Regulator {
  readonly #options: RegulatorOptions;
  readonly #watch: Watch;
  readonly #controller: Controller;
  #setpoint: number | undefined;
  #power = 0;
  #fault: string | undefined;
  /** What it was told last has been done. */
  #heeded = true;
  /** The probe is being asked, and nobody waits any longer once it is told that. */
  #asking: { readonly since: number; late(error: DeviceFaultError): void } | undefined;
  /** Who rests until the next drive. */
  #rouse = () => {};
  /** The latest; it is no longer used when a later one has failed, and counts by when it was asked for. */
  #reading: { readonly at: number; readonly temperature: number } | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(options: RegulatorOptions) {
    this.#options = options;
    this.#watch = new Watch(options.limits);
    this.#controller = new Controller(options.limits);
  }

  get setpoint(): number | undefined {
    return this.#setpoint;
  }
  get power(): number {
    return this.#power;
  }
  get fault(): string | undefined {
    return this.#fault;
  }
  get state(): "off" | "approaching" | "holding" | "fault" {
    if (this.#fault !== undefined) return "fault";
    if (this.#setpoint === undefined) return "off";
    const away = Math.abs((this.#reading?.temperature ?? Number.NaN) - this.#setpoint);
    return away <= near ? "holding" : "approaching";
  }

  /** °C, by a reading that is not too old; throws when there is none. */
  get temperature(): number {
    if (this.#reading && now() - this.#reading.at <= this.#staleMs) return this.#reading.temperature;
    throw new DeviceFaultError("the probe tells no temperature: look whether it is connected and ready");
  }

  /** Take readings for as long as the Thing is open. */
  async sample(): Promise<never> {
    for (;;) {
      const asked = now();
      try {
        await this.#sampled(asked, await this.#ask());
      } catch (error) {
        await this.#blind(error);
      }
      await sleep(Math.max(driveMs, asked + sampleMs - now()));
    }
  }

  /** Drive the heater for as long as the Thing is open: not even a probe that never answers keeps this from going on. */
  async drive(): Promise<never> {
    try {
      for (;;) {
        if (this.#setpoint !== undefined && now() - this.#lastAt > this.#staleMs)
          await this.#trip(`the probe is lost: no reading for ${this.#options.limits.staleAfter} s`);
        if (this.#asking && now() - this.#asking.since >= this.#staleMs) this.#waitNoLonger();
        await this.#apply();
        await this.#rest();
      }
    } finally {
      this.#waitNoLonger();
    }
  }

  /** Hold this temperature from now on. */
  hold(setpoint: number): void {
    const { minTemperature, maxTemperature } = this.#options.limits;
    if (this.#fault !== undefined)
      throw new DeviceFaultError(`switched off by itself (${this.#fault}): look after it, then call clear_fault`);
    if (setpoint < minTemperature || setpoint >= maxTemperature)
      throw new InputError(`a setpoint of ${setpoint} °C is not between ${minTemperature} and ${maxTemperature} °C`);
    const { temperature } = this;
    if (!(temperature >= minTemperature))
      throw new DeviceFaultError(`the probe tells ${temperature} °C, which cannot be: look after it`);
    if (this.#setpoint === undefined) {
      this.#controller.reset();
      this.#watch.reset();
    }
    this.#setpoint = setpoint;
    this.#rouse();
  }

  /** Switch off. When nothing but a pin is to be switched, that is done when this returns. */
  async off(): Promise<void> {
    this.#setpoint = undefined;
    this.#power = 0;
    this.#heeded = false;
    await this.#options.apply(0);
    this.#heeded = true;
  }

  clearFault(): void {
    this.#fault = undefined;
    this.#watch.reset();
  }

  /** However it ends but well, it is off. */
  async approach({ temperature: wanted, tolerance, stableFor, hold }: Approach): Promise<number> {
    this.hold(wanted);
    try {
      const began = this.temperature;
      for (let stableSince: number | undefined; ; await sleep(lookMs)) {
        if (this.#fault !== undefined) throw new DeviceFaultError(`switched off by itself: ${this.#fault}`);
        // A reading that fails now and then is the watch's business.
        const temperature = this.#reading?.temperature ?? Number.NaN;
        if (!(Math.abs(temperature - wanted) <= tolerance)) stableSince = undefined;
        else stableSince ??= now();
        if (!Number.isNaN(temperature)) report(progress(began, temperature, wanted));
        if (stableSince === undefined || now() - stableSince < stableFor * 1000) continue;
        if (!hold) await shield(() => this.off());
        return temperature;
      }
    } catch (error) {
      await shield(() => this.off());
      throw error;
    }
  }

  get #staleMs(): number {
    return this.#options.limits.staleAfter * 1000;
  }

  async #sampled(at: number, temperature: number): Promise<void> {
    const setpoint = this.#setpoint;
    const seconds = Math.min(now() - this.#lastAt, this.#staleMs) / 1000;
    const sample = { at, temperature, power: this.#power, setpoint };
    this.#reading = { at, temperature };
    this.#lastAt = at;
    const wrong = this.#fault === undefined ? this.#watch.look(sample) : undefined;
    if (wrong !== undefined) await this.#trip(wrong);
    else if (setpoint !== undefined) this.#power = this.#controller.power(setpoint - temperature, seconds);
  }

  /** Nothing is heated blindly, not for one reading. */
  async #blind(error: unknown): Promise<void> {
    if (this.#setpoint !== undefined && this.#reading) log.warning(`no reading, so no heating: ${messageOf(error)}`);
    this.#reading = undefined;
    this.#power = 0;
    await this.#apply();
  }

  async #apply(): Promise<void> {
    const power = this.#power;
    try {
      await this.#options.apply(power);
      // It may have been told something else meanwhile.
      this.#heeded = power === this.#power;
    } catch (error) {
      this.#heeded = false;
      if (this.#setpoint !== undefined) await this.#trip(`it cannot be driven: ${messageOf(error)}`);
    }
  }

  async #trip(reason: string): Promise<void> {
    if (this.#fault !== undefined) return;
    this.#fault = reason;
    log.error(`switched off: ${reason}`);
    // Where that fails it is tried again with the next drive.
    await this.off().catch((error: unknown) => log.error(`it cannot be switched off: ${messageOf(error)}`));
    this.#options.tripped(reason);
  }

  #ask(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#asking = { since: now(), late: reject };
      this.#options.probe().then(resolve, reject);
    });
  }

  /** A probe that never answers must not keep the next from being asked. */
  #waitNoLonger(): void {
    const { staleAfter } = this.#options.limits;
    this.#asking?.late(new DeviceFaultError(`the probe has not answered for ${staleAfter} s`));
  }

  /** Until the next drive, which is at once where heat is wanted all of a sudden. */
  async #rest(): Promise<void> {
    if (this.#setpoint !== undefined || this.#fault !== undefined || !this.#heeded) return sleep(driveMs);
    const roused = new Promise<void>((resolve) => {
      this.#rouse = resolve;
    });
    await Promise.race([sleep(idleMs), roused]);
  }
}

/** From where it began to where it should be, in K. */
function progress(began: number, temperature: number, wanted: number) {
  const of = Math.abs(wanted - began);
  return { done: Math.max(0, of - Math.abs(wanted - temperature)), of: Math.max(of, 0.1) };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
