import type { Clock } from "benchd/testing";

export type Steps = readonly [x: number, y: number, z: number];

interface Move {
  readonly from: Steps;
  readonly way: number[];
  readonly startedAt: number;
  /** Of the whole move at full speed; ms. */
  readonly fullMs: number;
}

/** Three stepper motors that go in a straight line, as `stage_loop` of the firmware steps them. */
export class Motors {
  /** Between two steps at full speed; µs, `min_step_delay`. */
  stepUs = 1000;
  /** To reach full speed; µs, `ramp_time`. */
  rampUs = 0;
  readonly #clock: Clock;
  #at: Steps = [0, 0, 0];
  #move: Move | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get position(): Steps {
    this.#catchUp();
    return this.#at;
  }
  set position(at: Steps) {
    this.#catchUp();
    this.#at = at;
  }

  get moving(): boolean {
    this.#catchUp();
    return this.#move !== undefined;
  }

  /** How long the move that runs still takes; ms. */
  get remainingMs(): number {
    if (!this.moving || !this.#move) return 0;
    return this.#move.startedAt + this.#move.fullMs + this.rampUs / 1000 - this.#clock.now();
  }

  start(way: Steps): void {
    this.#catchUp();
    const fullMs = (Math.max(...way.map(Math.abs)) * this.stepUs) / 1000;
    this.#move = { from: this.#at, way: [...way], startedAt: this.#clock.now(), fullMs };
    this.#catchUp();
  }

  /** The firmware just steps no more: there is no ramp to a stop. */
  halt(): void {
    this.#catchUp();
    this.#move = undefined;
  }

  /** An end stop ends the move of its own axis alone. */
  block(axis: number): void {
    this.#catchUp();
    const move = this.#move;
    if (move) move.way[axis] = (this.#at[axis] ?? 0) - (move.from[axis] ?? 0);
  }

  /** Let the motors have done what they have done by now. */
  #catchUp(): void {
    const move = this.#move;
    if (!move) return;
    const done = this.#share(move);
    const reached = (axis: 0 | 1 | 2) => move.from[axis] + Math.trunc((move.way[axis] ?? 0) * done + 1e-9);
    const whole = (axis: 0 | 1 | 2) => move.from[axis] + (move.way[axis] ?? 0);
    this.#at = done < 1 ? [reached(0), reached(1), reached(2)] : [whole(0), whole(1), whole(2)];
    if (done >= 1) this.#move = undefined;
  }

  /** Of the way; time is stretched by the ramps. */
  #share({ startedAt, fullMs }: Move): number {
    const rampMs = this.rampUs / 1000;
    const elapsed = this.#clock.now() - startedAt;
    const remaining = fullMs + rampMs - elapsed;
    if (remaining <= 1e-6) return 1;
    if (rampMs === 0) return elapsed / fullMs;
    if (elapsed < rampMs && remaining > elapsed) return elapsed ** 2 / (2 * rampMs) / fullMs;
    if (remaining < rampMs) return 1 - remaining ** 2 / (2 * rampMs) / fullMs;
    return (elapsed - rampMs / 2) / fullMs;
  }
}
