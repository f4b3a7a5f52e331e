import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock.ts";
import { ConfigError } from "../errors.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Wiring } from "../thing/wiring.ts";
import type { GpioChip } from "../transport/gpio.ts";
import { RealGpio } from "../transport/gpio-real.ts";
import { SimulatedGpioChip } from "../transport/gpio-simulated.ts";
import { Line } from "../transport/line.ts";
import { openPort } from "../transport/ports/open-port.ts";
import { sharing } from "../twin/simulated-bench.ts";
import { SimulatedBus } from "../twin/simulated-bus.ts";
import type { Twin } from "../twin/twin.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { BusConfig, Config, ThingConfig } from "./config/config.ts";
import { enforcers } from "./enforcers.ts";

export interface WiresOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly mock: boolean;
  readonly config: Config;
  /** Whatever ends this process, `benchd safe` is run after it. */
  readonly helper?: boolean | undefined;
}

/** A wire that several Things share, with those simulated devices that are on it. */
interface Bus {
  readonly config: BusConfig;
  readonly line: Line<unknown>;
  /** Undefined where the devices are real. */
  readonly simulated: SimulatedBus | undefined;
}

/** A simulated device, and the bus that it is on. */
interface Placed {
  readonly twin: Twin;
  readonly bus: SimulatedBus | undefined;
}

/** What Things are connected to: the ports that the configuration names, or their twins on one simulated bench. */
export class Wires {
  readonly #options: WiresOptions;
  readonly #share: ReturnType<typeof sharing>;
  readonly #simulated: SimulatedGpioChip;
  readonly #chip: GpioChip;
  readonly #placed = new Map<string, Placed>();
  readonly #buses = new Map<string, Bus>();
  /** Whose place these are to take, once those have gone. */
  #before: Wires | undefined;

  constructor(options: WiresOptions, before?: Wires) {
    const { clock, mock, config } = options;
    this.#options = options;
    this.#before = before;
    this.#share = before ? before.#share : sharing(clock);
    this.#simulated = before ? before.#simulated : new SimulatedGpioChip(clock);
    const sameChip = before && isDeepStrictEqual(before.#options.config.gpio, config.gpio);
    this.#chip = mock ? this.#simulated : sameChip ? before.#chip : new RealGpio({ clock, ...config.gpio });
    for (const [name, bus] of before ? before.#buses : [])
      if (isDeepStrictEqual(bus.config, config.buses.get(name))) this.#buses.set(name, bus);
  }

  /** A simulated device by the name of its Thing. */
  twin(thing: string): Twin | undefined {
    return this.#placed.get(thing)?.twin;
  }

  async of(entry: ThingConfig, definition: AnyThing): Promise<Wiring> {
    const { serial, gpio: pins } = entry;
    const { mock, helper = false } = this.#options;
    const wired = Object.keys(pins).length > 0;
    const chip = wired ? this.#chip : undefined;
    const deadMan = definition.deadMan?.(driverConfig(entry, definition));
    const helped = { deadMan, helper: helper && !mock };
    const enforcedBy = await enforcers(definition.outputs ?? {}, pins, chip, helped);
    const bus = entry.bus === undefined ? undefined : await this.#bus(entry.bus);
    if (!mock) return { open: serial && (await openPort(serial)), bus: bus?.line, chip, pins, enforcedBy };
    const twin = await this.#twin(entry, definition, bus?.simulated);
    if (!bus || !twin?.open) return { open: twin?.open, chip: this.#chip, pins, enforcedBy };
    // One that takes the place of another is put there when that is taken off.
    if (!this.#before) await bus.simulated?.connect(twin.open);
    return { bus: bus.line, chip: this.#chip, pins, enforcedBy };
  }

  /** The Things that are not in `kept` are closed: their simulated devices go, and those of the new ones are there. */
  async takeOver(kept: ReadonlySet<string>): Promise<void> {
    const added = [...this.#placed.values()];
    for (const [name, placed] of this.#before ? this.#before.#placed : []) {
      if (kept.has(name)) this.#placed.set(name, placed);
      else await remove(placed);
    }
    this.#before = undefined;
    for (const { twin, bus } of added) if (twin.open) await bus?.connect(twin.open);
  }

  close(): void {
    for (const { twin } of this.#placed.values()) twin.close?.();
  }

  async #bus(name: string): Promise<Bus> {
    const known = this.#buses.get(name);
    if (known) return known;
    const { config: all, clock, mock } = this.#options;
    const config = all.buses.get(name);
    if (config === undefined) throw new ConfigError(`there is no bus ${name}: add it below buses:`);
    const simulated = mock ? new SimulatedBus() : undefined;
    const open = simulated?.open ?? (await openPort(config.serial));
    const line = new Line<unknown>({ name: `bus ${name}`, clock, open, shared: true });
    const bus = { config, line, simulated };
    this.#buses.set(name, bus);
    return bus;
  }

  async #twin(entry: ThingConfig, definition: AnyThing, bus: SimulatedBus | undefined): Promise<Twin | undefined> {
    const { name, driver, gpio } = entry;
    const { catalogue, clock } = this.#options;
    const make = await catalogue.twin(driver, entry.twin);
    const wired = Object.keys(gpio).length > 0 && { gpio: { chip: this.#simulated, wiring: gpio } };
    const config = driverConfig(entry, definition);
    const twin = make?.({ name, clock, config, share: this.#share, ...wired });
    if (twin) this.#placed.set(name, { twin, bus });
    return twin;
  }
}

async function remove({ twin, bus }: Placed): Promise<void> {
  if (twin.open) await bus?.disconnect(twin.open);
  twin.close?.();
}
