import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { DefinitionError, type OutputLimitError } from "../errors.ts";
import type { GpioChip, HeldLines, OutputLine, PinWiring } from "../transport/gpio.ts";
import type { OutputWatch } from "../transport/pins.ts";
import type { OutputContract, Table } from "./affordance.ts";
import type { Hooks } from "./define.ts";
import { OutputLimit } from "./output-limit.ts";
import { heldOn, type Occasion } from "./output-policies.ts";
import { Rests } from "./rests.ts";
import { StayedLines } from "./stayed-lines.ts";

/** What a stop has handed on to this start: for how long each output that it left on had been on, in ms. */
export type HandedOn = Readonly<Record<string, number>>;

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

/** A Thing's outputs, over all its openings: at what level they are and for how long, and which of them stay as they are. */
export class Outputs implements OutputWatch {
  readonly #options: OutputsOptions;
  readonly #limits: ReadonlyMap<string, OutputLimit>;
  /** How to drive those that are pins, while they are. */
  readonly #drives = new Map<string, (on: boolean) => void>();
  /** Lines that are driven although the Thing is not open. */
  readonly #stayed: StayedLines;
  /** Those that were to go elsewhere, and of which nobody knows whether they have: they do not stay as they are. */
  readonly #owed = new Set<string>();
  /** Those that this opening has found as they were left. */
  readonly #found = new Set<string>();
  /** How the opening before has ended; `start` before the first. */
  #before: Occasion | "start" | "failed" = "start";
  #startedAt: number;
  #handedOn: HandedOn | undefined;
  /** Those that stay at rest for a while. */
  readonly rests: Rests;

  constructor(options: OutputsOptions) {
    this.#options = options;
    const { thing, contracts = {}, clock } = options;
    this.#startedAt = clock.now();
    this.#handedOn = options.handedOn;
    this.#stayed = new StayedLines(options);
    this.rests = new Rests(thing, (name) => contracts[name]?.safe);
    const limitOf = (name: string, contract: OutputContract) =>
      new OutputLimit({ name: `${thing}.${name}`, contract, clock, over: (error) => this.#over(name, error) });
    this.#limits = new Map(Object.entries(contracts).map(([name, contract]) => [name, limitOf(name, contract)]));
  }

  get contracts(): Table<OutputContract> {
    return this.#options.contracts ?? {};
  }

  isPin(name: string): boolean {
    return Object.hasOwn(this.#options.pins, name);
  }

  /** It is known not to be at its safe value. */
  isAway(name: string): boolean {
    return this.#limits.get(name)?.onMs !== undefined;
  }

  /** A new opening begins. */
  begin(): void {
    this.#found.clear();
  }

  /** Those that this opening leaves as they are, once the driver has opened its pins. */
  found(): readonly string[] {
    const others = Object.keys(this.contracts).filter((name) => !this.isPin(name) && this.#staysAtStart(name));
    for (const name of others) this.#resume(name);
    return [...this.#found, ...others];
  }

  /** As `ended`; an opening that has not come to its end leaves what was left before. */
  lost(wasOpen: boolean): readonly string[] {
    return wasOpen ? this.ended("onDisconnect") : [...this.#found];
  }

  /** An opening ends in that way. Those that are to stay as they are, are returned. */
  ended(occasion: Occasion | "failed"): readonly string[] {
    this.#before = occasion;
    const held = occasion === "failed" ? [] : heldOn(this.contracts, occasion).filter((name) => !this.#owed.has(name));
    this.#dropStayed(held);
    return held;
  }

  async stayed(name: string): Promise<OutputLine | undefined> {
    const stays = this.#staysAtStart(name);
    const line = await this.#stayed.take(name);
    if (!line) return undefined;
    if (stays) {
      this.#found.add(name);
      if (line.read() !== Boolean(this.contracts[name]?.safe)) this.#resume(name);
    } else {
      line.write(Boolean(this.contracts[name]?.safe));
      this.seen(name, Boolean(this.contracts[name]?.safe));
    }
    return line;
  }

  opened(name: string, drive: (on: boolean) => void): void {
    this.#drives.set(name, drive);
  }

  released(name: string): void {
    this.#drives.delete(name);
    this.#limits.get(name)?.stop();
  }

  /** These lines are driven on as they are, until the next opening takes them up. */
  keep(lines: ReadonlyMap<string, OutputLine>): void {
    for (const [name, line] of lines) {
      this.#stayed.put(name, line);
      this.#drives.set(name, (on) => {
        line.write(on);
        this.seen(name, on);
      });
      this.seen(name, line.read());
    }
  }

  /** From now on they have to go there, whatever becomes of this opening: the next one does not leave them as they are. */
  owe(names: readonly string[], level: Level): void {
    for (const name of names) {
      const contract = this.contracts[name];
      if (contract && level(contract, name) !== undefined) this.#owed.add(name);
    }
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

  /** It is closed for good, and `next` stands for it: what stays as it is, is its from now on, where it is the same there. */
  passTo(next: Outputs | undefined): void {
    const held = heldOn(this.contracts, "onStop").filter((name) => !this.#owed.has(name));
    const on = this.#onMs(held.filter((name) => next?.isSame(name, this) ?? false));
    const passed = this.#stayed.passOn(Object.keys(on));
    for (const limit of this.#limits.values()) limit.stop();
    if (next) next.#takeOver(passed, on);
  }

  /** Those that are away from their safe values, and would not stay so if `next` stood for it. */
  lostTo(next: Outputs | undefined): readonly string[] {
    const held = heldOn(this.contracts, "onStop").filter((name) => next?.isSame(name, this) ?? false);
    return Object.keys(this.contracts).filter((name) => this.isAway(name) && !held.includes(name));
  }

  /** Whether an output of that name is reached in the same way here as there. */
  isSame(name: string, other: Outputs): boolean {
    if (!Object.hasOwn(this.contracts, name)) return false;
    const [mine, its] = [this.#lineOf(name), other.#lineOf(name)];
    return mine === its && (mine === undefined || this.#options.chip === other.#options.chip);
  }

  #lineOf(name: string): string | undefined {
    const { line, activeLow = false } = this.isPin(name) ? (this.#options.pins[name] ?? {}) : {};
    return line === undefined ? undefined : `${line} ${activeLow}`;
  }

  #takeOver(lines: ReadonlyMap<string, OutputLine>, on: Readonly<Record<string, number | undefined>>): void {
    this.#startedAt = this.#options.clock.now();
    this.keep(lines);
    this.#handedOn = onlyOn(on);
    for (const [name, ms] of Object.entries(this.#handedOn)) this.#limits.get(name)?.resume(ms);
  }

  /** The process ends: lines that stay as they are, are kept for the next one. For how long what stays on has been on. */
  handOn(): HandedOn {
    const held = heldOn(this.contracts, "onStop").filter((name) => !this.#owed.has(name));
    const on = this.#onMs(held);
    for (const name of this.#stayed.handOn(held)) delete on[name];
    for (const limit of this.#limits.values()) limit.stop();
    return onlyOn(on);
  }

  /** For how long each has been on; undefined for one that is not. */
  #onMs(names: readonly string[]): Record<string, number | undefined> {
    return Object.fromEntries(names.map((name) => [name, this.#limits.get(name)?.onMs]));
  }

  /** Lines that the opening before has left as they are do not wait for one that may never come. */
  #dropStayed(held: readonly string[]): void {
    try {
      this.drive(
        this.#stayed.names.filter((name) => !held.includes(name)),
        ({ safe }) => safe,
      );
    } catch (error) {
      this.#options.log("error", `what was held could not be brought to its safe level: ${error}`);
    }
  }

  #staysAtStart(name: string): boolean {
    const contract = this.contracts[name];
    if (contract?.onStart !== "hold" || this.#before === "failed" || this.#owed.has(name)) return false;
    if (this.#options.stopped?.() && contract.emergency !== "keep") return false;
    if (this.#before !== "start") return contract[this.#before] === "hold";
    return this.#handedOn?.[name] !== undefined || contract.onCrash === "hold" || this.isPin(name);
  }

  /** The time that it has been on counts, also that of the process before. */
  #resume(name: string): void {
    const sinceStart = this.#options.clock.now() - this.#startedAt;
    if (this.#before === "start") this.#limits.get(name)?.resume((this.#handedOn?.[name] ?? 0) + sinceStart);
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

const onlyOn = (on: Readonly<Record<string, number | undefined>>): HandedOn =>
  Object.fromEntries(Object.entries(on).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, ms]])));

const isLevel = (value: unknown): value is boolean | number => typeof value === "boolean" || typeof value === "number";
