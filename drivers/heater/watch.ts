export interface Limits {
  /** What a sound probe can tell; °C. */
  readonly minTemperature: number;
  readonly maxTemperature: number;
  /** Within `checkTime`, full power gains at least `minGain`, and nothing changes by `maxChange`; K and s. */
  readonly minGain: number;
  readonly maxChange: number;
  readonly checkTime: number;
}

/** A reading, and what the heater was asked for when it was taken. */
export interface Sample {
  /** Bench time; ms. */
  readonly at: number;
  /** °C. */
  readonly temperature: number;
  /** 0 to 1. */
  readonly power: number;
  /** °C; undefined while it is switched off. */
  readonly setpoint: number | undefined;
}

/** Samples kept over the time of the check. */
const kept = 8;

/**
 * Notices a heater that runs away: a probe that lies or lies beside the vessel, an element that is burnt out, a relay
 * that is welded. After the idea of Klipper's `verify_heater`: power has to show in the temperature.
 */
export class Watch {
  readonly #limits: Limits;
  readonly #windowMs: number;
  /** Oldest first; the first is as old as the check takes, once there is one. */
  #recent: Sample[] = [];
  #fullSince: number | undefined;
  #offSince: number | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#windowMs = limits.checkTime * 1000;
  }

  /** Begin anew: what was before tells nothing of what comes. */
  reset(): void {
    this.#recent = [];
    this.#fullSince = undefined;
    this.#offSince = undefined;
  }

  /** What is wrong, in words; undefined: nothing. */
  look(sample: Sample): string | undefined {
    const { temperature, setpoint } = sample;
    const { minTemperature, maxTemperature } = this.#limits;
    if (temperature > maxTemperature) return `too hot: ${shown(temperature)}, the limit is ${shown(maxTemperature)}`;
    if (!(temperature >= minTemperature)) {
      this.reset();
      // A probe that nobody relies on may be disconnected.
      return setpoint === undefined ? undefined : `the probe tells ${shown(temperature)}, which cannot be`;
    }
    this.#keep(sample);
    return this.#tooFast(sample) ?? this.#tooSlow(sample) ?? this.#althoughOff(sample);
  }

  #keep(sample: Sample): void {
    const { at, power } = sample;
    this.#fullSince = power >= 1 ? (this.#fullSince ?? at) : undefined;
    this.#offSince = power <= 0 ? (this.#offSince ?? at) : undefined;
    const from = at - this.#windowMs;
    while (this.#recent.length > 1 && (this.#recent[1]?.at ?? at) <= from) this.#recent.shift();
    const last = this.#recent.at(-1);
    if (!last || at - last.at >= this.#windowMs / kept) this.#recent.push(sample);
  }

  #tooFast({ at, temperature, setpoint }: Sample): string | undefined {
    if (setpoint === undefined) return undefined;
    const { maxChange, checkTime } = this.#limits;
    const inWindow = this.#recent.filter((earlier) => earlier.at >= at - this.#windowMs);
    const far = inWindow.find((earlier) => Math.abs(temperature - earlier.temperature) >= maxChange);
    return (
      far &&
      `from ${shown(far.temperature)} to ${shown(temperature)} in less than ${checkTime} s is faster than this vessel can: ` +
        "the probe is loose or out of the vessel, or the vessel is empty"
    );
  }

  #tooSlow({ at, temperature, setpoint }: Sample): string | undefined {
    const { minGain, checkTime } = this.#limits;
    const [first] = this.#recent;
    const judged = first && this.#fullSince !== undefined && Math.max(first.at, this.#fullSince) <= at - this.#windowMs;
    // So close to the setpoint there is not as much to gain.
    if (!judged || setpoint === undefined || setpoint - temperature <= minGain) return undefined;
    const gain = temperature - first.temperature;
    if (gain >= minGain) return undefined;
    return (
      `at full power only ${gain.toFixed(1)} K in ${checkTime} s: the element is burnt out or has no supply, ` +
      "or the probe is out of the vessel"
    );
  }

  #althoughOff({ temperature, at }: Sample): string | undefined {
    const { minGain } = this.#limits;
    if (this.#offSince === undefined) return undefined;
    // What is hot goes on giving its heat away for a while.
    const from = Math.max(this.#offSince + this.#windowMs, at - this.#windowMs);
    const since = this.#recent.filter((earlier) => earlier.at >= from);
    // In two steps: something hot that is poured in makes one.
    const half = minGain / 2;
    const middle = since.findLast((earlier) => temperature - earlier.temperature >= half);
    const colder =
      middle && since.find((earlier) => earlier.at < middle.at && middle.temperature - earlier.temperature >= half);
    return (
      colder &&
      `it gets warmer (${shown(colder.temperature)}, now ${shown(temperature)}) although it is switched off: ` +
        "the relay is welded, cut its supply"
    );
  }
}

const shown = (temperature: number) => `${temperature.toFixed(1)} °C`;
