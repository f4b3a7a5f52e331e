import { between, type Chance } from "./chance.ts";

/** The syringe and the tubing give way: what was pushed in leaves with this time constant. */
const complianceS = 0.4;
/** This much more than the outlet lets through, in mL, and the motor stalls. */
const stallVolume = 0.5;
const dropMass = { low: 0.02, high: 0.05 };
const fallS = { low: 0.3, high: 1 };

export interface Drop {
  /** When it lands; milliseconds. */
  readonly at: number;
  /** Grams; 0 when it misses the pan. */
  readonly mass: number;
}

/** What keeps the liquid from where it should go. */
export type Obstacle = "none" | "blocked" | "empty" | "beside the pan";

/**
 * A syringe in a pump, its check valves (withdrawing fills it from a bottle, infusing goes to the outlet) and the tube
 * to above the pan. Nothing ticks: everything is worked out from one change of the flow to the next, when someone looks.
 */
export class FluidPath {
  readonly capacity: number;
  /** Millilitres in the syringe. */
  content: number;
  /** Millilitres that the plunger has pushed and pulled since the beginning. */
  pushed = 0;
  pulled = 0;
  #density: number;
  #random: Chance;
  #fallMs: number;
  #obstacle: Obstacle = "none";
  /** Worked out up to here; ms. */
  #at = 0;
  /** mL/s; below zero it withdraws. */
  #flow = 0;
  /** Of the present stroke. */
  #strokeLeft = 0;
  #stalled = false;
  /** mL that the give of syringe and tube holds back. */
  #held = 0;
  /** mL that hang at the outlet, and how many make the next drop. */
  #hanging = 0;
  #nextDrop: number;
  #falling: Drop[] = [];

  constructor(capacity: number, random: Chance, density = 1) {
    this.capacity = capacity;
    this.content = capacity;
    this.#random = random;
    this.#density = density;
    this.#fallMs = 1000 * between(random, fallS.low, fallS.high);
    this.#nextDrop = this.#newDrop();
  }

  get moving(): boolean {
    return this.#flow !== 0;
  }

  /** The motor met more resistance than it can push against, since the last stroke began. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** Milliseconds until the plunger stops by itself, unless something happens before; without end while it stands. */
  stopsInMs(now: number): number {
    this.workOut(now);
    return 1000 * this.#untilChange();
  }

  /** Move the plunger from `now` on, at `flow` mL/s, for `volume` mL. */
  stroke(now: number, flow: number, volume: number): void {
    this.workOut(now);
    this.#stalled = false;
    this.#flow = volume > 0 ? flow : 0;
    this.#strokeLeft = volume;
  }

  halt(now: number): void {
    this.workOut(now);
    this.#flow = 0;
  }

  obstruct(now: number, obstacle: Obstacle): void {
    this.workOut(now);
    this.#obstacle = obstacle;
  }

  refill(now: number): void {
    this.workOut(now);
    this.content = this.capacity;
  }

  /** The drops that have landed up to `now` and were not taken before. */
  landed(now: number): readonly Drop[] {
    this.workOut(now);
    const some = this.#falling.filter((drop) => drop.at <= now);
    if (some.length > 0) this.#falling = this.#falling.filter((drop) => drop.at > now);
    return some;
  }

  workOut(now: number): void {
    while (this.#at < now) {
      const seconds = Math.min((now - this.#at) / 1000, this.#untilChange());
      this.#flowOut(seconds);
      this.#move(seconds);
      this.#at = seconds * 1000 < now - this.#at ? this.#at + seconds * 1000 : now;
    }
  }

  /** Seconds until the plunger stops by itself. */
  #untilChange(): number {
    if (this.#flow === 0) return Number.POSITIVE_INFINITY;
    const room = this.#flow > 0 ? this.content : this.capacity - this.content;
    const resisted = this.#obstacle === "blocked" && this.#flow > 0 ? stallVolume - this.#held : room;
    return Math.max(0, Math.min(this.#strokeLeft, room, resisted)) / Math.abs(this.#flow);
  }

  #move(seconds: number): void {
    if (this.#flow === 0) return;
    const volume = Math.abs(this.#flow) * seconds;
    if (this.#flow > 0) this.pushed += volume;
    else this.pulled += volume;
    this.content -= this.#flow * seconds;
    this.#strokeLeft -= volume;
    if (this.#strokeLeft <= 1e-9) this.#flow = 0;
    else if (this.#untilChange() <= 1e-9) {
      this.#flow = 0;
      this.#stalled = true;
    }
  }

  /** The give drains like a charged capacitor: d(held)/dt = inflow - held/T. */
  #flowOut(seconds: number): void {
    const inflow = Math.max(0, this.#flow);
    if (this.#obstacle === "blocked") {
      this.#held += inflow * seconds;
      return;
    }
    const level = inflow * complianceS;
    const start = this.#held;
    const outAfter = (s: number) => inflow * s + (start - level) * (1 - Math.exp(-s / complianceS));
    this.#held = level + (start - level) * Math.exp(-seconds / complianceS);
    if (this.#obstacle === "empty") return;
    const out = outAfter(seconds);
    for (let gone = this.#nextDrop - this.#hanging; gone <= out; gone += this.#nextDrop) {
      this.#letFall(this.#at + 1000 * timeOf(gone, outAfter, seconds));
    }
    this.#hanging += out;
  }

  #letFall(at: number): void {
    const mass = this.#obstacle === "beside the pan" ? 0 : this.#nextDrop * this.#density;
    this.#falling.push({ at: at + this.#fallMs, mass });
    this.#hanging -= this.#nextDrop;
    this.#nextDrop = this.#newDrop();
  }

  #newDrop(): number {
    return between(this.#random, dropMass.low, dropMass.high) / this.#density;
  }
}

/** When a growing amount reaches `wanted`: halving finds it to well below a microsecond. */
function timeOf(wanted: number, amount: (seconds: number) => number, within: number): number {
  let low = 0;
  let high = within;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (amount(middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}
