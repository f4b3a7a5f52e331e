import type { Clock } from "../clock.ts";
import { ConfigError } from "../errors.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Wiring } from "../thing/wiring.ts";
import type { OpenByteStream } from "../transport/byte-stream.ts";
import type { GpioChip } from "../transport/gpio.ts";
import { RealGpio } from "../transport/gpio-real.ts";
import { SimulatedGpioChip } from "../transport/gpio-simulated.ts";
import { Line } from "../transport/line.ts";
import { openPort } from "../transport/ports/open-port.ts";
import { sharing } from "../twin/simulated-bench.ts";
import { simulatedBus } from "../twin/simulated-bus.ts";
import type { Twin } from "../twin/twin.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config, ThingConfig } from "./config/config.ts";
import { enforcers } from "./enforcers.ts";

export interface WiresOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly mock: boolean;
  readonly config: Config;
  /** Whatever ends this process, `benchd safe` is run after it. */
  readonly helper?: boolean | undefined;
}

/** What Things are connected to: the ports that the configuration names, or their twins on one simulated bench. */
export class Wires {
  readonly #catalogue: Catalogue;
  readonly #clock: Clock;
  readonly #mock: boolean;
  readonly #share: ReturnType<typeof sharing>;
  readonly #simulated: SimulatedGpioChip;
  readonly #chip: GpioChip;
  readonly #twins = new Map<string, Twin>();
  readonly #config: Config;
  readonly #helper: boolean;
  /** Each with the far ends of those simulated devices that are on it. */
  readonly #buses = new Map<string, { readonly line: Line<unknown>; readonly devices: OpenByteStream[] }>();

  constructor({ catalogue, clock, mock, config, helper = false }: WiresOptions) {
    this.#config = config;
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#mock = mock;
    this.#helper = helper && !mock;
    this.#share = sharing(clock);
    this.#simulated = new SimulatedGpioChip(clock);
    this.#chip = mock ? this.#simulated : new RealGpio({ clock, ...config.gpio });
  }

  /** The simulated devices, by the name of their Thing. */
  get twins(): ReadonlyMap<string, Twin> {
    return this.#twins;
  }

  async of(entry: ThingConfig, definition: AnyThing): Promise<Wiring> {
    const { serial, gpio: pins } = entry;
    const wired = Object.keys(pins).length > 0;
    const chip = wired ? this.#chip : undefined;
    const deadMan = definition.deadMan?.(driverConfig(entry, definition));
    const enforcedBy = await enforcers(definition.outputs ?? {}, pins, chip, { deadMan, helper: this.#helper });
    const bus = entry.bus === undefined ? undefined : await this.#bus(entry.bus);
    if (!this.#mock) return { open: serial && (await openPort(serial)), bus: bus?.line, chip, pins, enforcedBy };
    const twin = await this.#twin(entry, definition);
    if (!bus || !twin?.open) return { open: twin?.open, chip: this.#chip, pins, enforcedBy };
    bus.devices.push(twin.open);
    return { bus: bus.line, chip: this.#chip, pins, enforcedBy };
  }

  close(): void {
    for (const twin of this.#twins.values()) twin.close?.();
  }

  async #bus(name: string) {
    const known = this.#buses.get(name);
    if (known) return known;
    const serial = this.#config.buses.get(name)?.serial;
    if (serial === undefined) throw new ConfigError(`there is no bus ${name}: add it below buses:`);
    const devices: OpenByteStream[] = [];
    const open = this.#mock ? simulatedBus(devices) : await openPort(serial);
    const bus = { line: new Line<unknown>({ name: `bus ${name}`, clock: this.#clock, open, shared: true }), devices };
    this.#buses.set(name, bus);
    return bus;
  }

  async #twin(entry: ThingConfig, definition: AnyThing): Promise<Twin | undefined> {
    const { name, driver, gpio } = entry;
    const make = await this.#catalogue.twin(driver, entry.twin);
    const wired = Object.keys(gpio).length > 0 && { gpio: { chip: this.#simulated, wiring: gpio } };
    const config = driverConfig(entry, definition);
    const twin = make?.({ name, clock: this.#clock, config, share: this.#share, ...wired });
    if (twin) this.#twins.set(name, twin);
    return twin;
  }
}
