import { closeSync, openSync } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, kernelTime } from "../clock.ts";
import { ConfigError, DisconnectedError, PortBusyError } from "../errors.ts";
import { EdgeFilter } from "./edge-filter.ts";
import type { AfterDeath, GpioChip, InputLine, OutputLine, PinWiring } from "./gpio.ts";
import { afterDeath } from "./gpio-after-death.ts";
import { headerLabels } from "./gpio-header.ts";
import { LineEdges } from "./gpio-line-edges.ts";
import { chosenChip, codeOf, gpioRefusal } from "./gpio-refusal.ts";
import * as uapi from "./gpio-uapi.ts";
import type { Kernel } from "./kernel.ts";

export interface CharacterDeviceOptions {
  readonly clock: Clock;
  readonly kernel: Kernel;
  /** The chip's label or path; undefined for that of a Pi's header. */
  readonly chip: string | undefined;
  readonly devRoot: string;
  readonly sysRoot: string;
}

interface Chip extends uapi.ChipInfo {
  readonly path: string;
}

/** GPIO through /dev/gpiochip*: pulls and debounce by the kernel, each edge numbered and with its time. */
export class CharacterDeviceGpio implements GpioChip {
  readonly #options: CharacterDeviceOptions;

  constructor(options: CharacterDeviceOptions) {
    this.#options = options;
  }

  async openInput(wiring: PinWiring, holder: string): Promise<InputLine> {
    const { clock, kernel } = this.#options;
    const { fd, name } = await this.#request(wiring, holder, undefined);
    const read = () => this.#read(fd, name);
    try {
      // The kernel has taken the bounce away: its level is the debounced one.
      const filter = new EdgeFilter({ clock, name, source: { read }, debounceMs: 0 });
      const edges = new LineEdges(filter, { kernelTime: kernelTime(), benchTime: clock.now() });
      const stop = kernel.follow(fd, {
        data: (bytes) => edges.take(bytes),
        ended: (cause) => filter.lose(cause),
      });
      const release = once(() => {
        filter.stop();
        stop();
        closeSync(fd);
      });
      return { read, watch: (listener) => filter.watch(listener), release };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  async openOutput(wiring: PinWiring, holder: string, level: boolean): Promise<OutputLine> {
    const { fd, name } = await this.#request(wiring, holder, level);
    return this.#output(fd, name);
  }

  async adoptOutput({ line }: PinWiring, holder: string, descriptor: number): Promise<OutputLine> {
    const output = this.#output(descriptor, `GPIO${line}, handed on to ${holder},`);
    try {
      // Its own level again: nothing moves, and of what is no output the kernel refuses it.
      output.write(output.read());
      return output;
    } catch (error) {
      output.release();
      throw error;
    }
  }

  #output(fd: number, name: string): OutputLine {
    return {
      descriptor: fd,
      read: () => this.#read(fd, name),
      write: (on) => this.#ioctl(fd, name, uapi.requests.setValues, uapi.lineValues(on)),
      release: once(() => closeSync(fd)),
    };
  }

  async afterDeath(line: number): Promise<AfterDeath | undefined> {
    const { label } = await this.#chip();
    return headerLabels.includes(label) ? afterDeath(label, line, this.#options.sysRoot) : undefined;
  }

  /** Ask for a line with all its settings at once; an output is never without its level. */
  async #request(wiring: PinWiring, holder: string, output: boolean | undefined) {
    const chip = await this.#chip();
    const { line, activeLow = false, pull, debounceMs = 0 } = wiring;
    const name = `GPIO${line} of ${chip.name} (${chip.label})`;
    if (line >= chip.lines)
      throw new ConfigError(`${chip.path} (${chip.label}) has no line ${line}: it has ${chip.lines}`);
    const asked = uapi.lineRequest({
      offset: line,
      consumer: `benchd:${holder}`,
      activeLow,
      pull,
      output,
      debounceMs,
    });
    return this.#with(chip.path, (fd) => {
      const refused = this.#options.kernel.ioctl(fd, uapi.requests.line, asked);
      if (refused === "EBUSY") throw this.#busy(fd, line, name, holder);
      if (refused !== undefined) throw gpioRefusal(name, refused);
      return { fd: uapi.readLineDescriptor(asked), name };
    });
  }

  #busy(fd: number, line: number, name: string, holder: string): PortBusyError {
    const info = uapi.lineInfoBuffer(line);
    const consumer = this.#options.kernel.ioctl(fd, uapi.requests.lineInfo, info) ? "" : uapi.readConsumer(info);
    const by = consumer || "the kernel";
    const remedy = consumer === "sysfs" ? "take it back through /sys/class/gpio/unexport" : "end that program";
    return new PortBusyError(`${name} is held by ${by}: ${remedy}, or wire ${holder} to another line`);
  }

  #read(fd: number, name: string): boolean {
    const values = uapi.lineValues();
    this.#ioctl(fd, name, uapi.requests.getValues, values);
    return uapi.readLevel(values);
  }

  #ioctl(fd: number, name: string, request: number, argument: Buffer): void {
    const refused = this.#options.kernel.ioctl(fd, request, argument);
    if (refused !== undefined)
      throw new DisconnectedError(`${name} does not answer (${refused}): is its chip still there?`);
  }

  async #chip(): Promise<Chip> {
    const { chip: wanted, devRoot } = this.#options;
    if (wanted?.startsWith("/")) return this.#with(wanted, (fd) => this.#info(fd, wanted));
    const names = await readdir(devRoot).catch(() => []);
    // A Pi 5 has a second name for its chip, from when that had another number.
    const paths = new Set<string>();
    for (const name of names) if (/^gpiochip\d+$/.test(name)) paths.add(await realpath(join(devRoot, name)));
    const chips = [...paths].sort().map((path) => this.#with(path, (fd) => this.#info(fd, path)));
    return chosenChip(chips, wanted);
  }

  #info(fd: number, path: string): Chip {
    const info = uapi.chipInfoBuffer();
    const refused = this.#options.kernel.ioctl(fd, uapi.requests.chipInfo, info);
    if (refused !== undefined)
      throw new ConfigError(`${path} is no GPIO chip (${refused}): name one from /dev/gpiochip*`);
    return { path, ...uapi.readChipInfo(info) };
  }

  #with<T>(path: string, use: (fd: number) => T): T {
    let fd: number;
    try {
      fd = openSync(path, "r+");
    } catch (cause) {
      throw gpioRefusal(path, codeOf(cause), cause);
    }
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** A descriptor that is closed twice may be another's by then. */
function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
