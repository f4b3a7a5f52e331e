import { AsyncLocalStorage } from "node:async_hooks";
import type balance from "../hardware-mocks/balance.ts";
import type psu from "../hardware-mocks/psu.ts";
import type stage from "../hardware-mocks/stage.ts";
import type pump from "../hardware-mocks/syringe-pump.ts";
import type xy from "../hardware-mocks/xy.ts";
import type { Clock } from "../src/clock.ts";
import { type Catalogue, type MakeTwin, openCatalogue } from "../src/gateway/catalogue.ts";
import { checkDefinition } from "../src/thing/check-definition.ts";
import type { AnyThing } from "../src/thing/define.ts";
import type { OpenByteStream } from "../src/transport/byte-stream.ts";
import { sharing } from "../src/twin/simulated-bench.ts";
import type { Twin, TwinContext } from "../src/twin/twin.ts";
import { testerDriver } from "./tester/driver.ts";
import { testerTwin } from "./tester/twin.ts";

/** Told of what goes on between the gateway and the devices, as it happens. */
export interface DeviceListener {
  opened(thing: string): void;
  wrote(thing: string, bytes: Uint8Array): void;
  heard(thing: string): void;
  /** A pin of a Thing has another level now; logical. */
  level(thing: string, pin: string, on: boolean): void;
}

/** A driver of the soak's own, with its device. */
const testerName = "tester";

/**
 * The drivers and simulated devices of a bench. Devices on a serial line, and the world they stand in, outlive the
 * gateway, as real ones do; what is on its pins does not, as the simulated chip is part of the gateway.
 */
export class Devices implements Catalogue {
  readonly #inner = openCatalogue();
  readonly #makers = new Map<string, MakeTwin | undefined>();
  readonly #clock: Clock;
  readonly #share: TwinContext["share"];
  readonly #listener: DeviceListener;
  readonly #twins = new Map<string, Twin>();
  readonly #testerDriver: AnyThing;
  readonly #closers = new Map<string, () => void>();
  readonly #pins = new Map<string, TwinContext["gpio"]>();
  /** Who listens must not run inside the invocation whose bytes pass by. */
  readonly #asWorld = AsyncLocalStorage.snapshot();
  /** Things that something was done to, since they were last mended. */
  readonly tampered = new Set<string>();
  /** How often a hand was at the pan. */
  touched = 0;

  constructor(clock: Clock, listener: DeviceListener) {
    this.#clock = clock;
    this.#share = sharing(clock);
    this.#listener = listener;
    this.#testerDriver = checkDefinition(testerDriver(clock), testerName);
  }

  /** The devices as they are, by the name of their Thing. */
  get twins(): ReadonlyMap<string, Twin> {
    return this.#twins;
  }

  /** Logical levels of the pins of a Thing, as they are on the wire. */
  level(thing: string, pin: string): boolean | undefined {
    const gpio = this.#pins.get(thing);
    const wiring = gpio?.wiring[pin];
    return gpio && wiring && gpio.chip.level(wiring.line) !== (wiring.activeLow ?? false);
  }

  get pump(): ReturnType<typeof pump> {
    return this.#twins.get("pump") as unknown as ReturnType<typeof pump>;
  }

  get balance(): ReturnType<typeof balance> {
    return this.#twins.get("balance") as unknown as ReturnType<typeof balance>;
  }

  get psu(): ReturnType<typeof psu> {
    return this.#twins.get("psu") as unknown as ReturnType<typeof psu>;
  }

  get stage(): ReturnType<typeof stage> {
    return this.#twins.get("stage") as unknown as ReturnType<typeof stage>;
  }

  get xy(): ReturnType<typeof xy> {
    return this.#twins.get("xy") as unknown as ReturnType<typeof xy>;
  }

  get tester(): ReturnType<typeof testerTwin> {
    return this.#twins.get(testerName) as unknown as ReturnType<typeof testerTwin>;
  }

  /** Fill the syringe, and take away what is on the pan. */
  refill(): void {
    this.pump.path.refill(this.#clock.now());
    this.touched++;
    this.pump.world.put(-this.balance.cell.onPan);
  }

  names() {
    return this.#inner.names();
  }

  async definition(driver: string): Promise<AnyThing> {
    if (driver === testerName) return this.#testerDriver;
    return this.#inner.definition(driver);
  }

  async twin(driver: string, twin?: string): Promise<MakeTwin | undefined> {
    if (driver === testerName) return (context) => this.#placed(context, testerTwin);
    const key = `${driver} ${twin}`;
    // Loaded once: looking for a module takes real time, and that must not be a part of virtual time.
    if (!this.#makers.has(key)) this.#makers.set(key, await this.#inner.twin(driver, twin));
    const make = this.#makers.get(key);
    return make && ((context) => this.#placed(context, make));
  }

  /** The bench is dismantled. */
  close(): void {
    for (const close of this.#closers.values()) close();
  }

  #placed(context: TwinContext, make: MakeTwin): Twin {
    const { name } = context;
    this.#watchPins(context);
    const known = this.#twins.get(name);
    if (known?.open) return known;
    const twin = make({ ...context, share: this.#share });
    this.#twins.set(name, twin);
    const { open } = twin;
    if (!open) return twin;
    // In place, as it may have getters. The gateway closes its twins when it ends; a device goes on.
    Object.defineProperty(twin, "open", { value: this.#overheard(name, open) });
    const close = twin.close?.bind(twin);
    if (close) this.#closers.set(name, close);
    Object.defineProperty(twin, "close", { value: undefined });
    return twin;
  }

  #watchPins({ name, gpio }: TwinContext): void {
    this.#pins.set(name, gpio);
    for (const [pin, { line, activeLow = false }] of Object.entries(gpio?.wiring ?? {}))
      gpio?.chip.watchLevel(line, (level) => this.#listener.level(name, pin, level !== activeLow));
  }

  #overheard(thing: string, open: OpenByteStream): OpenByteStream {
    const listener = this.#listener;
    const asWorld = this.#asWorld;
    const opening: OpenByteStream = async (settings, told) => {
      const stream = await open(settings, {
        closed: (cause) => told.closed(cause),
        data(bytes) {
          asWorld(() => listener.heard(thing));
          told.data(bytes);
        },
      });
      asWorld(() => listener.opened(thing));
      // The port has getters of its own.
      return Object.assign(Object.create(stream), {
        close: () => stream.close(),
        write(bytes: Uint8Array) {
          asWorld(() => listener.wrote(thing, bytes));
          return stream.write(bytes);
        },
      });
    };
    return Object.assign(opening, open.present && { present: open.present });
  }
}
