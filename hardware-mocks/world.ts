import type { Clock } from "benchd/testing";
import { Bath } from "./world/bath.ts";
import { Beaker } from "./world/beaker.ts";
import { type Chance, chance } from "./world/chance.ts";
import { FluidPath } from "./world/fluid-path.ts";

/** Grams a second that a wet pan loses. */
const evaporation = 20e-6;

/** Of what is pumped, g/mL. */
const density = 1;

/** Told of everything that changes the load of the pan, in the order of time: when, in ms, and by how many grams. */
export type LoadListener = (at: number, grams: number) => void;

/**
 * What the simulated devices of a bench have in common: liquid that comes out of a pump's outlet and lands, late and in
 * drops, on the one pan, in the beaker that stands there. It costs nothing while nobody looks.
 */
export class LabWorld {
  /** The one vessel that is heated. */
  readonly bath: Bath;
  /** What stands on the pan. */
  readonly beaker = new Beaker();
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #paths = new Map<string, FluidPath>();
  readonly #listeners: LoadListener[] = [];
  #wet = 0;
  #at: number;

  constructor(clock: Clock, seed = 1) {
    this.#clock = clock;
    this.#seed = seed;
    this.#at = clock.now();
    this.bath = new Bath(this.#at);
  }

  chance(name: string): Chance {
    return chance(this.#seed, name);
  }

  /** The syringe of the pump `name`, with its tube; `capacity` in mL. */
  path(name: string, capacity: number): FluidPath {
    const known = this.#paths.get(name);
    if (known) return known;
    const path = new FluidPath(capacity, this.chance(name), density);
    path.workOut(this.#clock.now());
    this.#paths.set(name, path);
    return path;
  }

  /** Whoever weighs the pan. */
  onLoad(listener: LoadListener): void {
    this.#listeners.push(listener);
  }

  /** Put something on the pan, or take it away. */
  put(grams: number): void {
    this.workOut();
    this.#load(this.#clock.now(), grams);
  }

  /** Put a fresh sample on the pan. */
  renew(): void {
    this.workOut();
    this.beaker.renew(this.#clock.now());
  }

  /** Let everything happen that has happened by now. */
  workOut(): void {
    const now = this.#clock.now();
    const drops = [...this.#paths.values()].flatMap((path) => path.landed(now));
    for (const { at, mass } of drops.sort((a, b) => a.at - b.at)) {
      this.#dry(at);
      this.#wet += mass;
      if (mass === 0) continue;
      this.#load(at, mass);
      this.beaker.add(at, mass / density);
    }
    this.#dry(now);
  }

  #dry(at: number): void {
    const gone = Math.min(this.#wet, (evaporation * Math.max(0, at - this.#at)) / 1000);
    this.#at = Math.max(this.#at, at);
    this.#wet -= gone;
    if (gone > 0) this.#load(at, -gone);
  }

  #load(at: number, grams: number): void {
    for (const listener of this.#listeners) listener(at, grams);
  }
}

/** The world of a bench: what its twins `share`. */
export const labWorld = (clock: Clock): LabWorld => new LabWorld(clock);
