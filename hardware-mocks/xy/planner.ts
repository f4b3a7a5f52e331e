import type { Clock } from "benchd/testing";
import { Ramp } from "./ramp.ts";

export type Point = readonly [x: number, y: number, z: number];

interface Block {
  readonly target: Point;
  /** mm/s */
  readonly speed: number;
  /** mm/s² */
  readonly acceleration: number;
}

/** The block that is being done. */
interface Stroke {
  readonly from: Point;
  readonly block: Block;
  readonly length: number;
  readonly startedAt: number;
  ramp: Ramp;
}

const capacity = 15;
const between = (from: Point, to: Point, share: number): Point => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/**
 * The planner of 15 blocks and the motors behind it. Where the carriage is, and how fast it goes, is worked out when
 * somebody asks. Assumed: each block begins and ends at rest; the real one runs through corners.
 */
export class Planner {
  /** The last block has come to its end, or a hold to rest. */
  onRest: () => void = () => {};
  /** There is room for a block again. */
  onRoom: () => void = () => {};
  readonly #clock: Clock;
  readonly #blocks: Block[] = [];
  #at: Point;
  #stroke: Stroke | undefined;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, at: Point) {
    this.#clock = clock;
    this.#at = at;
  }

  get room(): number {
    return capacity - this.#blocks.length - (this.#stroke ? 1 : 0);
  }
  get empty(): boolean {
    return this.#blocks.length === 0;
  }
  get moving(): boolean {
    return this.#stroke !== undefined;
  }
  /** Where the motors are. */
  get position(): Point {
    const stroke = this.#stroke;
    if (!stroke) return this.#at;
    const { way } = stroke.ramp.at(this.#clock.now() - stroke.startedAt);
    return between(stroke.from, stroke.block.target, way / stroke.length);
  }
  /** Where they will be when all blocks are done. */
  get end(): Point {
    return this.#blocks.at(-1)?.target ?? this.#stroke?.block.target ?? this.#at;
  }
  /** mm/s */
  get speed(): number {
    return this.#stroke ? this.#stroke.ramp.at(this.#clock.now() - this.#stroke.startedAt).speed : 0;
  }

  add(block: Block): void {
    if (this.room > 0) this.#blocks.push(block);
  }

  /** Slow down to rest, wherever that is; `onRest` tells. */
  hold(): void {
    const stroke = this.#stroke;
    if (!stroke) return;
    stroke.ramp = stroke.ramp.stoppedAt(this.#clock.now() - stroke.startedAt);
    this.#await(stroke, () => {
      this.#at = this.position;
      this.#stroke = undefined;
      this.#blocks.unshift(stroke.block);
      this.onRest();
    });
  }

  /** Begin, or go on with what a hold has interrupted. */
  resume(): void {
    if (!this.#stroke) this.#next();
  }

  /** No step more, at once, and nothing is left of the plan. */
  kill(): void {
    this.#at = this.position;
    this.#stroke = undefined;
    this.#timer?.cancel();
    this.#blocks.length = 0;
  }

  /** The carriage is moved by other means than a block, or by hand. */
  place(at: Point): void {
    this.kill();
    this.#at = at;
  }

  #next(): void {
    const block = this.#blocks.shift();
    if (!block) {
      this.onRest();
      return;
    }
    const length = Math.hypot(...block.target.map((to, axis) => to - (this.#at[axis] ?? 0)));
    if (length === 0) {
      this.#next();
      return;
    }
    const ramp = Ramp.over(length, block.speed, block.acceleration);
    this.#stroke = { from: this.#at, block, length, startedAt: this.#clock.now(), ramp };
    this.#await(this.#stroke, () => {
      this.#at = block.target;
      this.#stroke = undefined;
      this.#next();
      this.onRoom();
    });
  }

  #await({ startedAt, ramp }: Stroke, atRest: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(startedAt + ramp.durationMs - this.#clock.now(), atRest);
  }
}
