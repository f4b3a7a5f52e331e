import {
  cleanUp,
  DeviceFaultError,
  InputError,
  InvocationError,
  log,
  OperatedLocallyError,
  report,
  sleep,
} from "benchd/driver";
import type { Grbl } from "./grbl.ts";
import { type Axis, axes, type Point } from "./report.ts";

const pollMs = 100;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** How far each axis may go, in the coordinates of the machine; one without is never sent anywhere. */
export type Reach = Readonly<Partial<Record<Axis, Range>>>;

export const shown = ({ x, y, z }: Point) => `${x} ${y} ${z} mm`;
const apart = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);

/** Throws `InputError` for a range that is upside down: nothing would be within it. */
export function assertReach(reach: Reach): void {
  for (const axis of axes) {
    const { min, max } = reach[axis] ?? { min: 0, max: 1 };
    if (min >= max)
      throw new InputError(`nothing is in reach along ${axis}: its min, ${min}, has to be below its max, ${max}`);
  }
}

/** Throws `InputError` for an axis that the stage has not, and when none is to move. */
export function assertMoves(target: Partial<Point>, reach: Reach): void {
  const along = axes.filter((axis) => target[axis] !== undefined);
  const [strange] = along.filter((axis) => !reach[axis]);
  if (along.length === 0) throw new InputError("say where to: at least one of x, y and z");
  if (strange) throw new InputError(`${strange} has no range in the configuration, so it is not moved`);
}

/** Throws `InputError` for a place that is out of its reach. */
export function assertWithin(target: Partial<Point>, reach: Reach): void {
  for (const axis of axes) {
    const { min, max } = reach[axis] ?? { min: 0, max: 0 };
    const value = Math.round((target[axis] ?? min) * 1000) / 1000;
    if (value < min || value > max)
      throw new InputError(`${axis} would be at ${value} mm, but goes from ${min} to ${max} mm`);
  }
}

/** After `why` has ended a move, bring it to rest. */
export const standStill = (why: unknown, rest: () => Promise<unknown>): Promise<never> =>
  cleanUp(why, "it is not known whether the stage stands still", rest);

/** The one move that is under way: it can be held and resumed, though for the controller each part is a jog of its own. */
export class Travel {
  held = false;
  underWay = false;
  /** It was held since the jog that is under way was sent. */
  #interrupted = false;
  readonly #grbl: Grbl;

  constructor(grbl: Grbl) {
    this.#grbl = grbl;
  }

  /** Go in a straight line; axes that `target` leaves out stay. */
  async go(target: Partial<Point>, rate: number): Promise<void> {
    const grbl = this.#grbl;
    const from = await grbl.position();
    const to = { ...from, ...target };
    const along = axes.filter((axis) => target[axis] !== undefined);
    this.underWay = true;
    this.#interrupted = false;
    try {
      do {
        await grbl.jog(to, rate, along);
        await this.#untilRest(from, to);
      } while (await this.#wasHeld());
    } catch (error) {
      return await standStill(error, () => this.#halt());
    } finally {
      this.underWay = false;
      this.held = false;
    }
    const { seen = from } = grbl;
    if (apart(seen, to) > grbl.tolerance)
      throw new OperatedLocallyError(`the stage stopped at ${shown(seen)}, not at ${shown(to)}: someone pressed hold`);
  }

  /** Resolves when it stands still. */
  async hold(): Promise<void> {
    if (this.#grbl.homing) throw new InvocationError("homing cannot be held, only stopped");
    if (!this.underWay) throw new InvocationError("nothing moves that could be held");
    this.held = true;
    this.#interrupted = true;
    await this.#grbl.cancelJog();
    await this.#grbl.standstill();
  }

  resume(): void {
    if (!this.held) throw new InvocationError("nothing is held that could be resumed");
    this.held = false;
  }

  async #untilRest(from: Point, to: Point): Promise<void> {
    for (;;) {
      await sleep(pollMs);
      const { state } = await this.#grbl.status();
      const { seen = from } = this.#grbl;
      report({ done: Math.min(apart(seen, from), apart(to, from)), of: apart(to, from) });
      if (state === "Idle") return;
      if (state === "Alarm") throw new DeviceFaultError("the stage is in alarm: home or unlock it");
      if (state !== "Jog") throw new OperatedLocallyError(`someone else uses the stage: it is in state ${state}`);
    }
  }

  /** Whether there is more to do because it was held; if so, it has been resumed. */
  async #wasHeld(): Promise<boolean> {
    if (!this.#interrupted) return false;
    log("held");
    while (this.held) await sleep(pollMs);
    this.#interrupted = false;
    return true;
  }

  async #halt(): Promise<void> {
    await this.#grbl.standstill();
    log(`stopped at ${shown(await this.#grbl.position())}`);
  }
}
