import { closeSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { DisconnectedError, PortMissingError } from "../errors.ts";
import type { AfterDeath, GpioChip, InputLine, OutputLine, PinWiring } from "./gpio.ts";
import { loadKernel } from "./kernel.ts";

/** How this machine's GPIO is used; from the configuration. */
export interface GpioSettings {
  /** `auto` is the character device, or sysfs on a kernel that has none. */
  readonly backend: "auto" | "character-device" | "sysfs";
  /** The label of the chip, or its path; undefined for that of a Raspberry Pi's header. */
  readonly chip: string | undefined;
}

export interface RealGpioOptions extends GpioSettings {
  readonly clock: Clock;
  /** Where the system's files are; a test has others. */
  readonly devRoot?: string;
  readonly sysRoot?: string;
  readonly procRoot?: string;
}

/** The GPIO of this machine. Its code, of which some is native, is loaded when the first line is opened. */
export class RealGpio implements GpioChip {
  readonly #options: Required<RealGpioOptions>;
  #backEnd: Promise<GpioChip> | undefined;

  constructor(options: RealGpioOptions) {
    this.#options = { devRoot: "/dev", sysRoot: "/sys", procRoot: "/proc", ...options };
  }

  async openInput(wiring: PinWiring, holder: string): Promise<InputLine> {
    return (await this.#loaded()).openInput(wiring, holder);
  }

  async openOutput(wiring: PinWiring, holder: string, level: boolean): Promise<OutputLine> {
    return (await this.#loaded()).openOutput(wiring, holder, level);
  }

  async adoptOutput(wiring: PinWiring, holder: string, descriptor: number): Promise<OutputLine> {
    const chip = await this.#loaded();
    if (chip.adoptOutput) return chip.adoptOutput(wiring, holder, descriptor);
    closeSync(descriptor);
    throw new DisconnectedError(`${holder} cannot be taken over through sysfs: take the character device`);
  }

  async afterDeath(line: number): Promise<AfterDeath | undefined> {
    return (await this.#loaded()).afterDeath(line);
  }

  /** A chip may come later: what fails is tried again. */
  #loaded(): Promise<GpioChip> {
    this.#backEnd ??= this.#load().catch((error: unknown) => {
      this.#backEnd = undefined;
      throw error;
    });
    return this.#backEnd;
  }

  async #load(): Promise<GpioChip> {
    const options = { ...this.#options, kernel: await loadKernel() };
    if (this.#choose() === "character-device") {
      const { CharacterDeviceGpio } = await import("./gpio-character-device.ts");
      return new CharacterDeviceGpio(options);
    }
    const { SysfsGpio, loadOnOff } = await import("./gpio-sysfs.ts");
    return new SysfsGpio({ ...options, onoff: await loadOnOff() });
  }

  #choose(): "character-device" | "sysfs" {
    const { backend, devRoot, sysRoot } = this.#options;
    if (backend !== "auto") return backend;
    if (existsSync(devRoot) && readdirSync(devRoot).some((name) => /^gpiochip\d+$/.test(name)))
      return "character-device";
    if (existsSync(join(sysRoot, "class/gpio/export"))) return "sysfs";
    throw new PortMissingError(
      `this machine has no GPIO, neither ${devRoot}/gpiochip* nor ${sysRoot}/class/gpio: run benchd on the Pi, or start it with --mock`,
    );
  }
}
