import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { DefinitionError, type OutputLimitError } from "../errors.ts";
import type { GpioChip, HeldLines, OutputLine, PinWiring } from "../transport/gpio.ts";
import type { OutputWatch } from "../transport/pins.ts";
import type { OutputContract, Table } from "./affordance.ts";
import type { Hooks } from "./define.ts";
import { type HandedOn, HeldOutputs } from "./held-outputs.ts";
import { OutputLimit } from "./output-limit.ts";
import { Rests } from "./rests.ts";

export interface OutputsOptions {
  readonly thing: string;
  readonly contracts?: Table<OutputContract> | undefined;
  readonly chip?: GpioChip | undefined;
  readonly pins: Readonly<Record<string, PinWiring>>;
  readonly clock: Clock;
  /** Nobody keeps lines unless told. */
  readonly heldLines?: HeldLines | undefined;
  readonly handedOn?: HandedOn | undefined;
  /** The emergency stop is latched; never, unless told. */
  stopped?(): boolean;
  log(level: LogLevel, message: string): void;
  /** The time of an output is over. A pin has been driven to its safe level, if that was possible. */
  over?(output: string, error: OutputLimitError): void;
  /** They have been brought there, each to its level; not by whoever writes. */
  brought?(levels: ReadonlyMap<string, boolean | number>): void;
}

/** Where an output is to go; `undefined` leaves it as it is. */
type Level = (contract: OutputContract, name: string) => boolean | number | undefined;

/** A Thing's outputs, over all its openings: at what level they are and for how long, and how they are brought elsewhere. */
export class Outputs implements OutputWatch {
  readonly #options: OutputsOptions;
  readonly #limits: ReadonlyMap<string, OutputLimit>;
  /** How to drive those that are pins, while they are. */
  readonly #drives = new Map<string, (on: boolean) => void>();
  /** Those that were to go elsewhere, and of which nobody knows whether they have: they do not stay as they are. */
  readonly #owed = new Set<string>();
  /** Those that stay at rest for a while. */
  readonly rests: Rests;
  /** Those that stay as they are where it ends. */
  readonly held: HeldOutputs;

  constructor(options: OutputsOptions) {
    this.#options = options;
    const { thing, contracts = {}, clock } = options;
    this.rests = new Rests(thing, (name) => contracts[name]?.safe);
    const limitOf = (name: string, contract: OutputContract) =>
      new OutputLimit({ name: `${thing}.${name}`, contract, clock, over: (error) => this.#over(name, error) });
    this.#limits = new Map(Object.entries(contracts).map(([name, contract]) => [name, limitOf(name, contract)]));
    this.held = new HeldOutputs(this, options);
  }

  get contracts(): Table<OutputContract> {
    return this.#options.contracts ?? {};
  }

  isPin(name: string): boolean {
    return Object.hasOwn(this.#options.pins, name);
  }

  /** It is known not to be at its safe value. */
  isAway(name: string): boolean {
    return this.onMs(name) !== undefined;
  }

  /** For how long it has been away from its safe value; undefined when it is not. */
  onMs(name: string): number | undefined {
    return this.#limits.get(name)?.onMs;
  }

  /** It is away from its safe value, and has been for so long already. */
  resume(name: string, onMs: number): void {
    this.#limits.get(name)?.resume(onMs);
  }

  /** For none of them its time is counted any more. */
  stopCounting(): void {
    for (const limit of this.#limits.values()) limit.stop();
  }

  stayed(name: string): Promise<OutputLine | undefined> {
    return this.held.take(name);
  }

  opened(name: string, drive: (on: boolean) => void): void {
    this.#drives.set(name, drive);
  }

  released(name: string): void {
    this.#drives.delete(name);
    this.#limits.get(name)?.stop();
  }

  /** From now on they have to go there, whatever becomes of this opening: the next one does not leave them as they are. */
  owe(names: readonly string[], level: Level): void {
    for (const name of names) {
      const contract = this.contracts[name];
      if (contract && level(contract, name) !== undefined) this.#owed.add(name);
    }
  }

  /** Nobody knows whether it has gone where it had to. */
  isOwed(name: string): boolean {
    return this.#owed.has(name);
  }

  /** Set those that are pins; `undefined` leaves one as it is. All are tried, then the first failure is thrown. */
  drive(names: readonly string[], level: Level): void {
    const failures: unknown[] = [];
    for (const name of names) {
      const contract = this.contracts[name];
      const wanted = contract && level(contract, name);
      const drive = this.#drives.get(name);
      try {
        if (wanted === undefined || !drive) continue;
        drive(Boolean(wanted));
        this.#owed.delete(name);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  assertMay(name: string, level: boolean | number): void {
    this.#limits.get(name)?.assertMay(level);
    this.rests.assertMay(name, level);
  }

  set(name: string, level: boolean | number): void {
    this.#owed.delete(name);
    this.#limits.get(name)?.set(level);
  }

  seen(name: string, level: boolean | number): void {
    this.#limits.get(name)?.seen(level);
  }

  /** For a driver whose output is no pin: nobody else knows its level. */
  told(name: string): { set(level: boolean | number): void } {
    if (!this.#limits.has(name))
      throw new DefinitionError(
        `the driver of ${this.#options.thing} tells of "${name}", which is none of its outputs`,
      );
    return {
      set: (level) => {
        this.assertMay(name, level);
        this.set(name, level);
      },
    };
  }

  /** What is written to a property that drives an output is the level of that, unless it is a pin. */
  async driving<T>(name: string | undefined, value: unknown, write: () => T | Promise<T>): Promise<T> {
    if (name !== undefined) this.rests.assertMay(name, value);
    const safe = name === undefined ? undefined : this.contracts[name]?.safe;
    if (name === undefined || this.isPin(name) || !isLevel(value) || typeof value !== typeof safe) return write();
    this.assertMay(name, value);
    // Up before it is up, down only when it is known to be down.
    if (value !== safe) this.set(name, value);
    const written = await write();
    this.set(name, value);
    return written;
  }

  /** A reading of a property that drives an output: somebody may have switched it at the device. */
  shows(name: string | undefined, value: unknown): void {
    if (name === undefined || this.isPin(name) || !isLevel(value)) return;
    if (typeof value === typeof this.contracts[name]?.safe) this.seen(name, value);
  }

  /** Have the driver bring all but `left` to their safe values. Where nothing else is left to it, it is not asked. */
  async tellSafe({ safe }: Pick<Hooks, "safe">, left: readonly string[]): Promise<void> {
    const names = Object.keys(this.contracts);
    if (names.length === 0 || names.some((name) => !left.includes(name))) await safe?.(left);
  }

  /** They have confirmed their safe values, or those they were brought to instead. */
  madeSafe(names: readonly string[], level: Level = ({ safe }) => safe): void {
    const levels = new Map<string, boolean | number>();
    for (const name of names) {
      const contract = this.contracts[name];
      const value = contract && level(contract, name);
      if (value === undefined) continue;
      levels.set(name, value);
      if (!this.isPin(name)) this.set(name, value);
    }
    this.#options.brought?.(levels);
  }

  #over(name: string, error: OutputLimitError): void {
    try {
      this.drive([name], ({ safe }) => safe);
    } catch {
      // Whoever is told tries again, and finds out.
    }
    this.#limits.get(name)?.lock(error);
    this.#options.over?.(name, error);
  }
}

const isLevel = (value: unknown): value is boolean | number => typeof value === "boolean" || typeof value === "number";
