import type { Clock } from "benchd/testing";
import type { Motor } from "./motor.ts";

/** So often the pump looks whether its motor has stalled; ms, assumed. */
const lookMs = 100;

type Timer = ReturnType<Clock["after"]>;

/** The pump's own dead-man, and the alarms it tells unasked; manual 10.2.3. */
export class SafeMode {
  readonly #clock: Clock;
  readonly #motor: Motor;
  readonly #sayAlarm: () => void;
  #deadMan: Timer | undefined;
  #look: Timer | undefined;

  constructor(clock: Clock, motor: Motor, sayAlarm: () => void) {
    this.#clock = clock;
    this.#motor = motor;
    this.#sayAlarm = sayAlarm;
  }

  get on(): boolean {
    return this.#motor.memory.safe > 0;
  }

  /** Kept over a power cut; 0 leads back to Basic mode. */
  set(seconds: number): void {
    this.#motor.memory.safe = seconds;
    this.heard();
    this.watch();
  }

  /** A valid packet has come: only the next one starts the time anew, once it has run out. */
  heard(): void {
    this.#deadMan?.cancel();
    if (!this.on) return;
    this.#deadMan = this.#clock.after(this.#motor.memory.safe * 1000, () => {
      this.#motor.abort();
      this.#motor.raise("T");
    });
  }

  /** An alarm is told at once; that does not acknowledge it. */
  tell(): void {
    if (this.on) this.#sayAlarm();
  }

  /** Notice a stall when it happens, not only when somebody asks. Nothing is to be seen before the motor stops. */
  watch(): void {
    this.#look?.cancel();
    if (!this.on || !this.#motor.running) return;
    const { stopsInMs } = this.#motor;
    const looks = Number.isFinite(stopsInMs) ? Math.max(1, Math.ceil(stopsInMs / lookMs)) : 1;
    this.#look = this.#clock.after(looks * lookMs, () => {
      this.#motor.catchUp();
      this.watch();
    });
  }

  /** After power-up the time runs only from the first packet on. */
  powerDown(): void {
    this.#deadMan?.cancel();
    this.#look?.cancel();
  }
}
