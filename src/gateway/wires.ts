import type { Clock } from "../clock.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Wiring } from "../thing/wiring.ts";
import { SimulatedGpioChip } from "../transport/gpio-simulated.ts";
import { openPort } from "../transport/ports/open-port.ts";
import { sharing } from "../twin/simulated-bench.ts";
import type { Twin } from "../twin/twin.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { ThingConfig } from "./config.ts";

/** What Things are connected to: the ports that the configuration names, or their twins on one simulated bench. */
export class Wires {
  readonly #catalogue: Catalogue;
  readonly #clock: Clock;
  readonly #mock: boolean;
  readonly #share: ReturnType<typeof sharing>;
  readonly #chip: SimulatedGpioChip;
  readonly #twins = new Map<string, Twin>();

  constructor({ catalogue, clock, mock }: { catalogue: Catalogue; clock: Clock; mock: boolean }) {
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#mock = mock;
    this.#share = sharing(clock);
    this.#chip = new SimulatedGpioChip(clock);
  }

  /** The simulated devices, by the name of their Thing. */
  get twins(): ReadonlyMap<string, Twin> {
    return this.#twins;
  }

  async of(entry: ThingConfig, definition: AnyThing): Promise<Wiring> {
    const { serial, gpio: pins } = entry;
    if (!this.#mock) return { open: serial && (await openPort(serial)), pins };
    const twin = await this.#twin(entry, definition);
    return { open: twin?.open, chip: this.#chip, pins };
  }

  close(): void {
    for (const twin of this.#twins.values()) twin.close?.();
  }

  async #twin(entry: ThingConfig, definition: AnyThing): Promise<Twin | undefined> {
    const { name, driver, gpio } = entry;
    const make = await this.#catalogue.twin(driver, entry.twin);
    const wired = Object.keys(gpio).length > 0 && { gpio: { chip: this.#chip, wiring: gpio } };
    const config = driverConfig(entry, definition);
    const twin = make?.({ name, clock: this.#clock, config, share: this.#share, ...wired });
    if (twin) this.#twins.set(name, twin);
    return twin;
  }
}
