import { noHeldLines, type OutputLine, type PinWiring } from "../transport/gpio.ts";
import type { OutputsOptions } from "./outputs.ts";

type Options = Pick<OutputsOptions, "thing" | "contracts" | "chip" | "pins" | "heldLines" | "log">;

/** Lines that are driven as they were left although their Thing is not open, by this process or by whoever keeps them. */
export class StayedLines {
  readonly #options: Options;
  readonly #lines = new Map<string, OutputLine>();

  constructor(options: Options) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return [...this.#lines.keys()];
  }

  put(name: string, line: OutputLine): void {
    this.#lines.set(name, line);
  }

  /** Whoever takes it drives it from now on; from an earlier opening, or an earlier process. */
  async take(name: string): Promise<OutputLine | undefined> {
    const line = this.#lines.get(name) ?? (await this.#adopted(name));
    this.#lines.delete(name);
    return line;
  }

  /** The process ends: those in `held` are kept for the next one where somebody does. The others, which are returned, go safe. */
  handOn(held: readonly string[]): readonly string[] {
    const notKept: string[] = [];
    for (const [name, line] of this.#lines) {
      if (held.includes(name) && this.#kept(name, line)) line.release();
      else {
        notKept.push(name);
        this.#letGo(name, line);
      }
    }
    this.#lines.clear();
    return notKept;
  }

  /** Its Thing is gone, and another stands for it: those in `held` are returned, driven as they are. The others go safe. */
  passOn(held: readonly string[]): ReadonlyMap<string, OutputLine> {
    const passed = new Map<string, OutputLine>();
    for (const [name, line] of this.#lines) {
      if (held.includes(name)) passed.set(name, line);
      else this.#letGo(name, line);
    }
    this.#lines.clear();
    return passed;
  }

  async #adopted(name: string): Promise<OutputLine | undefined> {
    const { chip, thing, heldLines = noHeldLines, log } = this.#options;
    const pin = this.#pin(name);
    const descriptor = pin && heldLines.take(nameOfLine(thing, name, pin));
    if (!pin || descriptor === undefined) return undefined;
    try {
      return await chip?.adoptOutput?.(pin, `${thing}.${name}`, descriptor);
    } catch (error) {
      log("error", `${name} was handed on, but cannot be taken over, and is made safe: ${error}`);
      return undefined;
    }
  }

  #kept(name: string, line: OutputLine): boolean {
    const { thing, heldLines = noHeldLines, log } = this.#options;
    const pin = this.#pin(name);
    const kept = pin && line.descriptor !== undefined && heldLines.keep(nameOfLine(thing, name, pin), line.descriptor);
    if (!kept)
      log("warning", `nobody keeps ${name} while benchd is stopped, so it is made safe: run benchd by its unit`);
    return kept ?? false;
  }

  #letGo(name: string, line: OutputLine): void {
    const { contracts, log } = this.#options;
    try {
      line.write(Boolean(contracts?.[name]?.safe));
    } catch (error) {
      log("error", `${name} could not be brought to its safe level: ${error}`);
    }
    line.release();
  }

  #pin(name: string): PinWiring | undefined {
    const { pins } = this.#options;
    return Object.hasOwn(pins, name) ? pins[name] : undefined;
  }
}

/** Under which a line is handed on: one that is wired otherwise by then is another. */
const nameOfLine = (thing: string, output: string, { line, activeLow }: PinWiring) =>
  `${thing}.${output}-${line}${activeLow ? "-low" : ""}`;
