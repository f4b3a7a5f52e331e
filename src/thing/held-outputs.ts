import type { OutputLine } from "../transport/gpio.ts";
import type { OutputContract, Table } from "./affordance.ts";
import { heldOn, type Occasion } from "./output-policies.ts";
import type { Outputs, OutputsOptions } from "./outputs.ts";
import { StayedLines } from "./stayed-lines.ts";

/** What a stop has handed on to this start: for how long each output that it left on had been on, in ms. */
export type HandedOn = Readonly<Record<string, number>>;

type Options = Pick<
  OutputsOptions,
  "thing" | "contracts" | "chip" | "pins" | "clock" | "heldLines" | "handedOn" | "stopped" | "log"
>;

/** All outputs of the Thing, as they are now. */
type Levels = Pick<
  Outputs,
  "isPin" | "isAway" | "isOwed" | "opened" | "drive" | "seen" | "onMs" | "resume" | "stopCounting"
>;

/**
 * Those outputs of a Thing that stay as they are where it ends: from one of its openings to the next, to the Thing that
 * stands for it once its configuration has changed, and to the process that comes after this one.
 */
export class HeldOutputs {
  readonly #outputs: Levels;
  readonly #options: Options;
  /** Lines that are driven although the Thing is not open. */
  readonly #stayed: StayedLines;
  /** Those that this opening has found as they were left. */
  readonly #found = new Set<string>();
  /** How the opening before has ended; `start` before the first. */
  #before: Occasion | "start" | "failed" = "start";
  #startedAt: number;
  #handedOn: HandedOn | undefined;

  constructor(outputs: Levels, options: Options) {
    this.#outputs = outputs;
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#handedOn = options.handedOn;
    this.#stayed = new StayedLines(options);
  }

  /** A new opening begins. */
  begin(): void {
    this.#found.clear();
  }

  /** Those that this opening leaves as they are, once the driver has opened its pins. */
  found(): readonly string[] {
    const names = Object.keys(this.#contracts);
    const others = names.filter((name) => !this.#outputs.isPin(name) && this.#staysAtStart(name));
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
    const held = occasion === "failed" ? [] : this.#heldOn(occasion);
    this.#dropStayed(held);
    return held;
  }

  /** A line that is driven still, from an earlier opening or an earlier process: safe, unless it stays as it is. */
  async take(name: string): Promise<OutputLine | undefined> {
    const stays = this.#staysAtStart(name);
    const line = await this.#stayed.take(name);
    if (!line) return undefined;
    const safe = Boolean(this.#contracts[name]?.safe);
    if (stays) {
      this.#found.add(name);
      if (line.read() !== safe) this.#resume(name);
    } else {
      line.write(safe);
      this.#outputs.seen(name, safe);
    }
    return line;
  }

  /** These lines are driven on as they are, until the next opening takes them up. */
  keep(lines: ReadonlyMap<string, OutputLine>): void {
    for (const [name, line] of lines) {
      this.#stayed.put(name, line);
      this.#outputs.opened(name, (on) => {
        line.write(on);
        this.#outputs.seen(name, on);
      });
      this.#outputs.seen(name, line.read());
    }
  }

  /** It is closed for good, and `next` stands for it: what stays as it is, is its from now on, where it is the same there. */
  passTo(next: HeldOutputs | undefined): void {
    const on = this.#onMs(this.#sameIn(next, this.#heldOn("onStop")));
    const passed = this.#stayed.passOn(Object.keys(on));
    this.#outputs.stopCounting();
    if (next) next.#takeOver(passed, on);
  }

  /** Those that are away from their safe values, and would not stay so if `next` stood for it. */
  lostTo(next: HeldOutputs | undefined): readonly string[] {
    const held = this.#sameIn(next, heldOn(this.#contracts, "onStop"));
    return Object.keys(this.#contracts).filter((name) => this.#outputs.isAway(name) && !held.includes(name));
  }

  /** The process ends: lines that stay as they are, are kept for the next one. For how long what stays on has been on. */
  handOn(): HandedOn {
    const held = this.#heldOn("onStop");
    const on = this.#onMs(held);
    for (const name of this.#stayed.handOn(held)) delete on[name];
    this.#outputs.stopCounting();
    return onlyOn(on);
  }

  get #contracts(): Table<OutputContract> {
    return this.#options.contracts ?? {};
  }

  #heldOn(occasion: Occasion): readonly string[] {
    return heldOn(this.#contracts, occasion).filter((name) => !this.#outputs.isOwed(name));
  }

  #sameIn(next: HeldOutputs | undefined, names: readonly string[]): readonly string[] {
    return next === undefined ? [] : names.filter((name) => next.#isSame(name, this));
  }

  /** Whether an output of that name is reached in the same way here as there. */
  #isSame(name: string, other: HeldOutputs): boolean {
    if (!Object.hasOwn(this.#contracts, name)) return false;
    const [mine, its] = [this.#lineOf(name), other.#lineOf(name)];
    return mine === its && (mine === undefined || this.#options.chip === other.#options.chip);
  }

  #lineOf(name: string): string | undefined {
    const { line, activeLow = false } = this.#outputs.isPin(name) ? (this.#options.pins[name] ?? {}) : {};
    return line === undefined ? undefined : `${line} ${activeLow}`;
  }

  #takeOver(lines: ReadonlyMap<string, OutputLine>, on: Readonly<Record<string, number | undefined>>): void {
    this.#startedAt = this.#options.clock.now();
    this.keep(lines);
    this.#handedOn = onlyOn(on);
    for (const [name, ms] of Object.entries(this.#handedOn)) this.#outputs.resume(name, ms);
  }

  /** For how long each has been on; undefined for one that is not. */
  #onMs(names: readonly string[]): Record<string, number | undefined> {
    return Object.fromEntries(names.map((name) => [name, this.#outputs.onMs(name)]));
  }

  /** Lines that the opening before has left as they are do not wait for one that may never come. */
  #dropStayed(held: readonly string[]): void {
    try {
      this.#outputs.drive(
        this.#stayed.names.filter((name) => !held.includes(name)),
        ({ safe }) => safe,
      );
    } catch (error) {
      this.#options.log("error", `what was held could not be brought to its safe level: ${error}`);
    }
  }

  #staysAtStart(name: string): boolean {
    const contract = this.#contracts[name];
    if (contract?.onStart !== "hold" || this.#before === "failed" || this.#outputs.isOwed(name)) return false;
    if (this.#options.stopped?.() && contract.emergency !== "keep") return false;
    if (this.#before !== "start") return contract[this.#before] === "hold";
    return this.#handedOn?.[name] !== undefined || contract.onCrash === "hold" || this.#outputs.isPin(name);
  }

  /** The time that it has been on counts, also that of the process before. */
  #resume(name: string): void {
    const sinceStart = this.#options.clock.now() - this.#startedAt;
    if (this.#before === "start") this.#outputs.resume(name, (this.#handedOn?.[name] ?? 0) + sinceStart);
  }
}

const onlyOn = (on: Readonly<Record<string, number | undefined>>): HandedOn =>
  Object.fromEntries(Object.entries(on).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, ms]])));
