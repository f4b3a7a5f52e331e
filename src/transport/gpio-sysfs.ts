import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Gpio } from "onoff";
import type { Clock } from "../clock.ts";
import { BenchdError, ConfigError, DisconnectedError, PortBusyError } from "../errors.ts";
import { EdgeFilter } from "./edge-filter.ts";
import type { AfterDeath, GpioChip, InputLine, OutputLine, PinWiring } from "./gpio.ts";
import { bootPullLine } from "./gpio-header.ts";
import { codeOf, gpioRefusal } from "./gpio-refusal.ts";
import type { Kernel } from "./kernel.ts";
import { findSysfsChip } from "./sysfs-chip.ts";
import { type Claim, claimLine } from "./sysfs-line.ts";

export interface SysfsOptions {
  readonly clock: Clock;
  readonly kernel: Pick<Kernel, "lock">;
  /** Its class `Gpio`. */
  readonly onoff: OnOff;
  /** The chip's label or path; undefined for that of a Pi's header. */
  readonly chip: string | undefined;
  readonly sysRoot: string;
  readonly procRoot: string;
}

export type OnOff = typeof Gpio;

/** onoff is an optional dependency, for it has to be compiled. */
export async function loadOnOff(): Promise<OnOff> {
  try {
    const { Gpio } = await import("onoff");
    return Gpio;
  } catch (cause) {
    throw new ConfigError(
      'GPIO through sysfs needs the package onoff, which is not installed here: npm install onoff (it wants a compiler), or say "gpio: { backend: character-device }"',
      { cause },
    );
  }
}

/**
 * GPIO through /sys/class/gpio. It has no pulls, and numbers no edges. In return an output stays as it was driven when
 * its process ends; so outputs are left exported, and are taken over where they were left.
 */
export class SysfsGpio implements GpioChip {
  readonly #options: SysfsOptions;
  readonly #holders = new Map<number, string>();
  /** Outputs that have been released: onoff could close them only by letting go of the level. */
  readonly #left = new Map<number, Opened>();

  constructor(options: SysfsOptions) {
    this.#options = options;
  }

  async openInput(wiring: PinWiring, holder: string): Promise<InputLine> {
    const line = await this.#take(wiring, holder);
    const opened = await this.#open(line, "in");
    try {
      return this.#input(opened, line, wiring.debounceMs ?? 0);
    } catch (cause) {
      giveBack(opened);
      throw gone(line.name, cause);
    }
  }

  #input({ pin, claim, name, free }: Opened, line: Line, debounceMs: number): InputLine {
    const { clock } = this.#options;
    const read = () => (pin.readSync() === 1) !== line.activeLow;
    let last = read();
    const heard = () => {
      const level = read();
      // What comes twice has changed twice before it was read, or not at all.
      if (level !== last) filter.edge(level);
      last = level;
    };
    const resume = () => {
      pin.watch(heard);
      // Nobody has looked meanwhile: the next change is one from how it is now.
      last = read();
    };
    const source = { read, pause: () => pin.unwatch(heard), resume };
    const filter = new EdgeFilter({ clock, name, source, debounceMs });
    const failed = readsThatNeverThrow(pin, (error) => filter.lose(error));
    pin.watch(heard);
    return {
      read: () => {
        if (failed()) throw gone(name, failed());
        return filter.level;
      },
      watch: (listener) => filter.watch(listener),
      release: () => {
        if (!free()) return;
        filter.stop();
        try {
          pin.unexport();
        } finally {
          claim.release();
        }
      },
    };
  }

  async openOutput(wiring: PinWiring, holder: string, level: boolean): Promise<OutputLine> {
    const line = await this.#take(wiring, holder);
    const opened = await this.#open(line, level !== line.activeLow ? "high" : "low");
    const { pin, name, free } = opened;
    const attempt = <T>(act: () => T): T => {
      try {
        return act();
      } catch (cause) {
        throw gone(name, cause);
      }
    };
    return {
      read: () => attempt(() => (pin.readSync() === 1) !== line.activeLow),
      write: (on) => attempt(() => pin.writeSync(on !== line.activeLow ? 1 : 0)),
      release: () => {
        if (free()) this.#left.set(line.number, opened);
      },
    };
  }

  async afterDeath(): Promise<AfterDeath> {
    return "kept";
  }

  /** Find the line, and keep it for `holder`. */
  async #take({ line, pull, activeLow = false }: PinWiring, holder: string): Promise<Line> {
    if (pull)
      throw new ConfigError(
        `sysfs sets no pulls, and ${holder} asks for one: add ${bootPullLine(line, pull)} to config.txt and leave "pull" out, or say "gpio: { backend: character-device }"`,
      );
    const { label, base, lines } = await findSysfsChip(this.#root, this.#options.chip);
    if (line >= lines) throw new ConfigError(`the GPIO chip ${label} has no line ${line}: it has ${lines}`);
    const number = base + line;
    const name = `GPIO${line} of ${label}`;
    const other = this.#holders.get(number);
    if (other) throw new PortBusyError(`${name} is held by benchd:${other}: wire ${holder} to another line`);
    this.#holders.set(number, holder);
    return { number, name, activeLow };
  }

  async #open(line: Line, direction: "in" | "high" | "low"): Promise<Opened> {
    const { number, name } = line;
    const free = () => this.#holders.delete(number);
    const left = this.#left.get(number);
    this.#left.delete(number);
    try {
      if (left && direction !== "in") {
        left.pin.setDirection(direction);
        return { ...left, free };
      }
      left?.pin.unexport();
      left?.claim.release();
      const { clock, kernel, procRoot } = this.#options;
      const wanted = direction === "in" ? "in" : "out";
      const claim = await claimLine({ root: this.#root, procRoot, number, name, direction: wanted, clock, kernel });
      try {
        return { pin: this.#pin(claim.path, number, direction), claim, name, free };
      } catch (error) {
        claim.release();
        throw error;
      }
    } catch (error) {
      free();
      throw error instanceof BenchdError ? error : gpioRefusal(name, codeOf(error), error);
    }
  }

  /** onoff passes over what fails on a line that is exported, so everything that matters is set here. */
  #pin(path: string, number: number, direction: "in" | "high" | "low"): Gpio {
    writeFileSync(join(path, "active_low"), "0");
    writeFileSync(join(path, "direction"), direction);
    if (direction !== "in") return new this.#options.onoff(number, "out", "none", { reconfigureDirection: false });
    writeFileSync(join(path, "edge"), "both");
    return new this.#options.onoff(number, "in", "both", { reconfigureDirection: false });
  }

  get #root(): string {
    return join(this.#options.sysRoot, "class/gpio");
  }
}

interface Line {
  readonly number: number;
  readonly name: string;
  readonly activeLow: boolean;
}

interface Opened {
  readonly pin: Gpio;
  readonly claim: Claim;
  readonly name: string;
  /** Whether it was held until now. */
  free(): boolean;
}

/** An input that fails at once is nobody's, also where it cannot be given back to the system. */
function giveBack({ pin, claim, free }: Opened): void {
  free();
  try {
    pin.unexport();
  } catch {
    // Its chip is gone, and the line with it.
  }
  claim.release();
}

const gone = (name: string, cause: unknown) =>
  new DisconnectedError(`${name} does not answer: is its chip still there?`, { cause });

/** onoff reads in a callback of native code, where an error would end the process. Returns what has failed, if it has. */
function readsThatNeverThrow(pin: Gpio, failed: (error: unknown) => void): () => unknown {
  let failure: unknown;
  let last = pin.readSync();
  const readSync = pin.readSync.bind(pin);
  pin.readSync = () => {
    try {
      last = readSync();
    } catch (error) {
      failure ??= error;
      failed(error);
    }
    return last;
  };
  return () => failure;
}
