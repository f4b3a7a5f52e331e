import type { Clock } from "../clock.ts";
import type { Thing } from "../thing/thing.ts";
import type { InterlockConfig } from "./config/config.ts";
import { isSameButName } from "./interlock-successors.ts";
import { type Condition, InterlockWatch } from "./interlock-watch.ts";

/** That an interlock has tripped: when (wall clock, milliseconds), and why. */
export interface Trip {
  readonly at: number;
  readonly why: string;
}

interface InterlockOptions {
  /** The Thing that it watches. */
  readonly thing: Thing;
  readonly clock: Clock;
  judged(interlock: Interlock, condition: Condition): void;
  /** Whose place it takes: once tripped it stays so. */
  readonly before?: Interlock | undefined;
}

/** One interlock: what it watches, whether it has tripped, and which of its outputs have been brought to their values. */
export class Interlock {
  readonly name: string;
  readonly config: InterlockConfig;
  readonly watch: InterlockWatch;
  /** The Things whose outputs it names. */
  readonly things: readonly string[];
  /** Set until somebody resets it. */
  trip: Trip | undefined;
  /** Grows whenever what it watches is found out of order. */
  failures = 0;
  /** What was told last of what it watches. */
  told: Condition["state"] = "unknown";
  /** The Things that are being told to bring their outputs to their values. */
  readonly driving = new Set<string>();
  /** By Thing: in which opening of it they have got there. */
  readonly driven = new Map<string, number>();
  /** By Thing: why they have not. */
  readonly undriven = new Map<string, string>();

  constructor(config: InterlockConfig, { thing, clock, judged, before }: InterlockOptions) {
    this.name = config.name;
    this.config = config;
    this.things = [...new Set(config.outputs.map((output) => output.thing))];
    const same = before && isSameButName(before.config, config) ? before : undefined;
    const options = { ...config, thing, clock, judged: (condition: Condition) => judged(this, condition) };
    this.watch = new InterlockWatch(options, same?.watch, before !== undefined);
    before?.watch.end();
    this.trip = before?.trip;
    this.failures = before?.failures ?? 0;
    this.told = before?.told ?? "unknown";
  }

  /** That Thing is another one now: what was done with it is to be done again. */
  forget(thing: string): void {
    this.driven.delete(thing);
    this.undriven.delete(thing);
  }

  /** Why nothing may be begun on its outputs; undefined when it may. */
  get objection(): string | undefined {
    if (this.trip) return this.trip.why;
    const { state, why } = this.watch.condition;
    return state === "met" ? undefined : why;
  }

  /** Whether a write of that property concerns none of the outputs that it names. */
  drivesAnother({ name, definition }: Thing, property: string): boolean {
    const { drives } = definition.properties?.[property] ?? {};
    return drives !== undefined && !this.config.outputs.some((one) => one.thing === name && one.output === drives);
  }
}
