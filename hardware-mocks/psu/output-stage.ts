const slewVPerS = 40;

/** What is set, from the moment of switching on: E3646-90001, "*RST". */
const afterReset = { voltage: 0, current: 1, level: 22, voltageGuard: true, currentGuard: false, on: false };

/** The output of a supply with a resistor at it: it holds the voltage as far as the current allows, and takes its time. */
export class OutputStage {
  /** Ω; infinite with nothing connected. */
  #load = 10;
  #set = { ...afterReset };
  #tripped = { voltage: false, current: false };
  #volts = 0;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  get settings() {
    return this.#set;
  }

  /** Change something at `now`. */
  change(now: number, change: Partial<typeof afterReset & { load: number }>): void {
    this.pass(now);
    const { load = this.#load, ...set } = change;
    this.#load = load;
    Object.assign(this.#set, set);
    this.pass(now);
  }

  reset(now: number): void {
    this.change(now, afterReset);
    this.#tripped = { voltage: false, current: false };
  }

  /** Something outside drives the output above the level of its protection. */
  overVoltage(now: number): void {
    this.pass(now);
    this.#trip("voltage");
  }

  clear(which: "voltage" | "current"): void {
    this.#tripped[which] = false;
  }

  get tripped() {
    return this.#tripped;
  }

  get volts(): number {
    return this.#volts;
  }
  get amperes(): number {
    return this.#volts / this.#load;
  }

  /** Let time pass up to `now`. */
  pass(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = Math.max(this.#at, now);
    const { voltage, current, level, voltageGuard, currentGuard, on } = this.#set;
    const allowed = Math.min(voltage, current * this.#load);
    const target = on ? allowed : 0;
    const step = slewVPerS * seconds;
    this.#volts += Math.min(step, Math.max(-step, target - this.#volts));
    if (on && voltageGuard && this.#volts > level) this.#trip("voltage");
    // The guard acts when the current is limited.
    if (on && currentGuard && allowed < voltage && this.#volts >= allowed - 1e-9) this.#trip("current");
  }

  #trip(which: "voltage" | "current"): void {
    this.#tripped[which] = true;
    this.#set.on = false;
  }
}
