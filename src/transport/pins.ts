import { assertUnfenced, type LogLevel } from "../context.ts";
import { ConfigError, DefinitionError, FencedError } from "../errors.ts";
import type { GpioChip, GpioTransport, InputPin, OutputPin, PinWiring } from "./gpio.ts";
import { OpenInput } from "./input-pin.ts";
import { OpenOutput } from "./output-pin.ts";

export interface PinsOptions {
  readonly chip: GpioChip;
  /** From the configuration entry of the Thing. */
  readonly wiring: Readonly<Record<string, PinWiring>>;
  /** From the definition. */
  readonly outputs: Readonly<Record<string, { readonly safe: boolean | number }>>;
  readonly thing: string;
  log(level: LogLevel, message: string): void;
  /** A line is gone, and with it the way to the device. */
  lost(error: Error): void;
}

/** The pins of one Thing. */
export interface Pins extends GpioTransport {
  /** Drive the outputs that are open, whatever work is under way; `undefined` leaves one as it is. */
  drive(level: (output: string) => boolean | undefined): void;
  /** Bring every output that is open to its safe level. */
  safe(): void;
  /** Give all lines back. */
  close(): void;
}

export async function openPins(options: PinsOptions): Promise<Pins> {
  return new OpenPins(options);
}

class OpenPins implements Pins {
  readonly #options: PinsOptions;
  readonly #inputs = new Set<OpenInput>();
  readonly #outputs = new Map<OpenOutput, string>();
  #closed = false;

  constructor(options: PinsOptions) {
    this.#options = options;
  }

  async input(name: string): Promise<InputPin> {
    assertUnfenced();
    const line = await this.#options.chip.openInput(this.#wiring(name), this.#holder(name));
    const { log, lost } = this.#options;
    const pin: OpenInput = new OpenInput(line, this.#holder(name), {
      warn: (message) => log("warning", `${this.#holder(name)}: ${message}`),
      lost,
      released: () => this.#inputs.delete(pin),
    });
    this.#inputs.add(pin);
    return this.#unlessClosed(pin);
  }

  async output(name: string): Promise<OutputPin> {
    assertUnfenced();
    const safe = this.#safeLevel(name);
    const line = await this.#options.chip.openOutput(this.#wiring(name), this.#holder(name), safe);
    const pin = new OpenOutput(line, this.#holder(name), () => this.#outputs.delete(pin));
    this.#outputs.set(pin, name);
    return this.#unlessClosed(pin);
  }

  drive(level: (output: string) => boolean | undefined): void {
    each(this.#outputs, ([pin, name]) => {
      const on = level(name);
      if (on !== undefined) pin.drive(on);
    });
  }

  safe(): void {
    this.drive((name) => this.#safeLevel(name));
  }

  close(): void {
    this.#closed = true;
    each([...this.#inputs, ...this.#outputs.keys()], (pin) => pin.release());
  }

  /** The Thing may have been closed while the line was being opened. */
  #unlessClosed<Pin extends { release(): void }>(pin: Pin): Pin {
    if (!this.#closed) return pin;
    pin.release();
    throw new FencedError(`the pins of ${this.#options.thing} are closed: what belonged to this opening has ended`);
  }

  #holder(name: string): string {
    return `${this.#options.thing}.${name}`;
  }

  #wiring(name: string): PinWiring {
    const { wiring, thing } = this.#options;
    const wired = Object.hasOwn(wiring, name) ? wiring[name] : undefined;
    if (wired) return wired;
    throw new ConfigError(
      `${thing} uses the pin "${name}", which no line is wired to: add "${name}: { line: <BCM number> }" to "gpio:" of its entry`,
    );
  }

  #safeLevel(name: string): boolean {
    const { outputs, thing } = this.#options;
    const safe = Object.hasOwn(outputs, name) ? outputs[name]?.safe : undefined;
    if (safe === undefined) {
      throw new DefinitionError(
        `the driver of ${thing} drives "${name}", which its definition does not list: add it to "outputs" with its safe value`,
      );
    }
    if (typeof safe === "number" && safe !== 0 && safe !== 1)
      throw new DefinitionError(
        `the output "${name}" of ${thing} is a pin: its safe value is true or false, not ${safe}`,
      );
    return Boolean(safe);
  }
}

/** Do it for all, though it may fail for some; then throw the first failure. */
function each<T>(all: Iterable<T>, act: (one: T) => void): void {
  const failures: unknown[] = [];
  for (const one of all) {
    try {
      act(one);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
