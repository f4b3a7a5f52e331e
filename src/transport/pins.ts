import { assertUnfenced, type LogLevel } from "../context.ts";
import { ConfigError, DefinitionError, FencedError } from "../errors.ts";
import type { GpioChip, GpioTransport, InputPin, OutputLine, OutputPin, PinWiring } from "./gpio.ts";
import { OpenInput } from "./input-pin.ts";
import { OpenOutput } from "./output-pin.ts";

/** Who watches over the outputs of a Thing, over all its openings. */
export interface OutputWatch {
  /** A line that is driven still, from an earlier opening or an earlier process: it is taken up as it is. */
  stayed(output: string): Promise<OutputLine | undefined>;
  opened(output: string, drive: (on: boolean) => void): void;
  released(output: string): void;
  /** Throws when it may not be set to that level. */
  assertMay(output: string, on: boolean): void;
  set(output: string, on: boolean): void;
  /** It has that level now, whoever has set it. */
  seen(output: string, on: boolean): void;
}

export interface PinsOptions {
  readonly chip: GpioChip;
  /** From the configuration entry of the Thing. */
  readonly wiring: Readonly<Record<string, PinWiring>>;
  /** From the definition. */
  readonly outputs: Readonly<Record<string, { readonly safe: boolean | number }>>;
  readonly thing: string;
  readonly watch?: OutputWatch;
  log(level: LogLevel, message: string): void;
  /** A line is gone, and with it the way to the device. */
  lost(error: Error): void;
}

/** The pins of one Thing. */
export interface Pins extends GpioTransport {
  /** Bring every output that is open to its safe level, but those in `held`. */
  safe(held?: readonly string[]): void;
  /** Let go of these outputs, whose lines are driven on as they are: those that were open are returned. */
  leave(outputs: readonly string[]): ReadonlyMap<string, OutputLine>;
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
    const { chip, watch } = this.#options;
    const stayed = await watch?.stayed(name);
    const line = stayed ?? (await chip.openOutput(this.#wiring(name), this.#holder(name), safe));
    const pin: OpenOutput = new OpenOutput(line, this.#holder(name), {
      assertMay: (on) => watch?.assertMay(name, on),
      set: (on) => watch?.set(name, on),
      driven: (on) => watch?.seen(name, on),
      released: () => {
        this.#outputs.delete(pin);
        watch?.released(name);
      },
    });
    this.#outputs.set(pin, name);
    watch?.opened(name, (on) => pin.drive(on));
    return this.#unlessClosed(pin);
  }

  safe(held: readonly string[] = []): void {
    const driven = [...this.#outputs].filter(([, name]) => !held.includes(name));
    each(driven, ([pin, name]) => pin.drive(this.#safeLevel(name)));
  }

  leave(outputs: readonly string[]): ReadonlyMap<string, OutputLine> {
    const left = new Map<string, OutputLine>();
    for (const [pin, name] of [...this.#outputs]) {
      if (!outputs.includes(name)) continue;
      this.#outputs.delete(pin);
      left.set(name, pin.leave());
    }
    return left;
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
