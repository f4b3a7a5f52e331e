import type { Clock } from "benchd/testing";
import type { FluidPath } from "../world/fluid-path.ts";

export type Prompt = "I" | "W" | "S" | "P" | "X";
export type Alarm = "R" | "S" | "T";
export type Direction = "INF" | "WDR";

/** mL/min in one unit of rate. */
export const rateUnits = { UM: 1 / 1000, MM: 1, UH: 1 / 60_000, MH: 1 / 60 } as const;
export type RateUnit = keyof typeof rateUnits;
/** mL in one unit of volume. */
export const volumeUnits = { UL: 1 / 1000, ML: 1 } as const;
export type VolumeUnit = keyof typeof volumeUnits;

/** The fastest the plunger goes; cm/min. */
const maxSpeed = 5.1;

/** What the non-volatile memory keeps. */
export interface Memory {
  diameter: number;
  rate: number;
  rateUnit: RateUnit;
  volume: number;
  volumeUnit: VolumeUnit;
  direction: Direction;
  resumes: boolean;
  /** Communications time-out of Safe mode; s, 0 in Basic mode. */
  safe: number;
}

interface MotorListener {
  /** An alarm was raised. */
  alarmed(): void;
  /** It moves, or moves otherwise. */
  driven(): void;
}

/** The pumping program of one phase: what runs, what has been counted, what went wrong. */
export class Motor {
  readonly memory: Memory;
  alarm: Alarm | undefined = "R";
  /** mL, by the diameter that was set. */
  infused = 0;
  withdrawn = 0;
  readonly #clock: Clock;
  readonly #path: FluidPath;
  readonly #listener: MotorListener;
  /** The diameter of the syringe that is really clamped in. */
  #clamped: number;
  #prompt: Prompt = "S";
  /** mL that the program has yet to move; without end when the volume is 0. */
  #left = 0;
  #seen = { pushed: 0, pulled: 0 };
  #cutOff = false;

  constructor(clock: Clock, path: FluidPath, clamped: number, memory: Memory, listener: MotorListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#path = path;
    this.#clamped = clamped;
    this.memory = memory;
  }

  get prompt(): Prompt {
    return this.#prompt;
  }

  get running(): boolean {
    return this.#prompt === "I" || this.#prompt === "W" || this.#prompt === "X";
  }

  /** Milliseconds until it stops by itself, should nothing happen before; without end while it stands. */
  get stopsInMs(): number {
    return this.#path.stopsInMs(this.#clock.now());
  }

  get maxRate(): number {
    return maxSpeed * Math.PI * (this.memory.diameter / 20) ** 2;
  }

  /** Let the motor have done what it has done by now. */
  catchUp(): void {
    this.#path.workOut(this.#clock.now());
    const pushed = (this.#path.pushed - this.#seen.pushed) / this.#scale;
    const pulled = (this.#path.pulled - this.#seen.pulled) / this.#scale;
    this.#seen = { pushed: this.#path.pushed, pulled: this.#path.pulled };
    this.infused += pushed;
    this.withdrawn += pulled;
    this.#left = Math.max(0, this.#left - pushed - pulled);
    if (!this.running || this.#path.moving) return;
    this.#prompt = "S";
    if (this.#path.stalled) this.raise("S");
  }

  raise(alarm: Alarm): void {
    this.alarm = alarm;
    this.#listener.alarmed();
  }

  /** Start the program, or go on with it where it was paused. */
  run(): void {
    const { volume, volumeUnit, direction } = this.memory;
    if (this.#prompt !== "P") this.#left = volume * volumeUnits[volumeUnit] || Number.POSITIVE_INFINITY;
    this.#prompt = direction === "INF" ? "I" : "W";
    this.#drive();
  }

  purge(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#prompt = "X";
    this.#drive();
  }

  /** Once pauses, twice ends the program. */
  stop(): void {
    this.#path.halt(this.#clock.now());
    this.#prompt = this.#prompt === "I" || this.#prompt === "W" ? "P" : "S";
  }

  /** Stand still; the program is over. */
  abort(): void {
    this.catchUp();
    this.#path.halt(this.#clock.now());
    this.#prompt = "S";
  }

  /** The rate has changed. */
  adjust(): void {
    if (this.running) this.#drive();
  }

  /** Somebody clamps in another syringe, of that diameter inside; mm. */
  clamp(diameter: number): void {
    this.catchUp();
    this.#clamped = diameter;
    this.adjust();
  }

  /** A new diameter begins a new count. */
  clear(): void {
    this.infused = 0;
    this.withdrawn = 0;
  }

  powerDown(): void {
    this.catchUp();
    this.#cutOff = this.running;
    this.abort();
  }

  powerUp(): void {
    this.clear();
    this.raise("R");
    if (this.#cutOff && this.memory.resumes) this.run();
  }

  /** Real millilitres for one by the diameter that was set. */
  get #scale(): number {
    return (this.#clamped / this.memory.diameter) ** 2;
  }

  #drive(): void {
    const { rate, rateUnit, direction } = this.memory;
    const mLPerMin = this.#prompt === "X" ? this.maxRate : rate * rateUnits[rateUnit];
    const flow = ((direction === "INF" ? 1 : -1) * mLPerMin * this.#scale) / 60;
    this.#path.stroke(this.#clock.now(), flow, this.#left * this.#scale);
    this.#listener.driven();
  }
}
