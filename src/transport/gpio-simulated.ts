import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../clock.ts";
import { ConfigError, DisconnectedError, PortBusyError } from "../errors.ts";
import { EdgeFilter } from "./edge-filter.ts";
import type { GpioChip, InputLine, OutputLine, PinWiring } from "./gpio.ts";

/** A Raspberry Pi's chip has so many lines; 28 of them are on the header. */
const lineCount = 54;
/** Of the line 0. */
const firstDescriptor = 1000;

interface SimulatedLine {
  /** What the circuit outside puts on it. */
  driven: boolean | undefined;
  /** What the gateway puts on it. */
  output: boolean | undefined;
  pulledUp: boolean;
  holder: string | undefined;
  /** Somebody keeps it for the next process. */
  handedOn: number | undefined;
  writes: number;
  readonly watchers: Set<(level: boolean) => void>;
}

/**
 * A bank of GPIO lines in memory. Its own methods are the world's side and deal in electrical levels, `true` is high; the
 * gateway's side is logical.
 */
export class SimulatedGpioChip implements GpioChip {
  readonly #clock: Clock;
  readonly #lines: readonly SimulatedLine[];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lines = Array.from({ length: lineCount }, () => ({
      driven: undefined,
      output: undefined,
      pulledUp: false,
      holder: undefined,
      handedOn: undefined,
      writes: 0,
      watchers: new Set(),
    }));
  }

  async openInput(wiring: PinWiring, holder: string): Promise<InputLine> {
    const line = this.#take(wiring, holder);
    const logical = (level: boolean) => level !== (wiring.activeLow ?? false);
    const source = { read: () => logical(levelOf(line)) };
    const name = `GPIO${wiring.line}`;
    const filter = new EdgeFilter({ clock: this.#clock, name, source, debounceMs: wiring.debounceMs ?? 0 });
    const stop = this.#watch(line, (level) => filter.edge(logical(level)));
    return {
      read: () => filter.level,
      watch: (listener) => filter.watch(listener),
      release: () => {
        stop();
        filter.stop();
        free(line, holder);
      },
    };
  }

  async openOutput(wiring: PinWiring, holder: string, level: boolean): Promise<OutputLine> {
    const line = this.#take(wiring, holder);
    const output = this.#output(line, wiring, holder);
    output.write(level);
    return output;
  }

  async adoptOutput(wiring: PinWiring, holder: string, descriptor: number): Promise<OutputLine> {
    const line = this.#line(wiring.line);
    if (line.handedOn !== descriptor || line.output === undefined)
      throw new DisconnectedError(`descriptor ${descriptor} is not that of GPIO${wiring.line} as an output`);
    line.handedOn = undefined;
    line.holder = holder;
    return this.#output(line, wiring, holder);
  }

  /** What whoever keeps descriptors does with one: its line goes on being driven when its holder lets go. */
  keep(descriptor: number): void {
    this.#line(descriptor - firstDescriptor).handedOn = descriptor;
  }

  #output(line: SimulatedLine, { line: number, activeLow = false }: PinWiring, holder: string): OutputLine {
    return {
      descriptor: firstDescriptor + number,
      read: () => levelOf(line) !== activeLow,
      write: (on) => {
        line.writes++;
        change(line, () => {
          line.output = on !== activeLow;
        });
      },
      release: () =>
        change(line, () => {
          if (line.handedOn === undefined && free(line, holder)) line.output = undefined;
        }),
    };
  }

  /** Nothing is proven about a wiring that is simulated. */
  async afterDeath(): Promise<undefined> {
    return undefined;
  }

  /** What the system does when the process that holds lines is killed: all of them are let go, whatever they drove. */
  killHolders(): void {
    for (const line of this.#lines) {
      if (line.handedOn !== undefined) continue;
      change(line, () => {
        line.output = undefined;
        line.holder = undefined;
      });
    }
  }

  /** Put a level on a line from outside; `undefined` lets go of it. */
  drive(line: number, level: boolean | undefined): void {
    const driven = this.#line(line);
    change(driven, () => {
      driven.driven = level;
    });
  }

  /** The level on a line: what the gateway drives, else what the world does, else its pull. */
  level(line: number): boolean {
    return levelOf(this.#line(line));
  }

  /** Be told of each change of a line's level. Returns how to stop that. */
  watchLevel(line: number, changed: (level: boolean) => void): () => void {
    // The world must not run inside the invocation that writes.
    const asWorld = AsyncLocalStorage.snapshot();
    return this.#watch(this.#line(line), (level) => asWorld(() => changed(level)));
  }

  /** How often the gateway has written to a line, its first level included. */
  writes(line: number): number {
    return this.#line(line).writes;
  }

  /** Who holds a line. */
  holder(line: number): string | undefined {
    return this.#line(line).holder;
  }

  #line(number: number): SimulatedLine {
    const line = this.#lines[number];
    if (!line) throw new ConfigError(`there is no GPIO line ${number}: the chip has lines 0 to ${lineCount - 1}`);
    return line;
  }

  #take(wiring: PinWiring, holder: string): SimulatedLine {
    const line = this.#line(wiring.line);
    if (line.holder !== undefined) {
      throw new PortBusyError(`GPIO line ${wiring.line} is held by ${line.holder}: ${holder} needs another one`);
    }
    line.holder = holder;
    if (wiring.pull) {
      change(line, () => {
        line.pulledUp = wiring.pull === "up";
      });
    }
    return line;
  }

  #watch(line: SimulatedLine, changed: (level: boolean) => void): () => void {
    line.watchers.add(changed);
    return () => void line.watchers.delete(changed);
  }
}

const levelOf = (line: SimulatedLine) => line.output ?? line.driven ?? line.pulledUp;

function change(line: SimulatedLine, how: () => void): void {
  const before = levelOf(line);
  how();
  const level = levelOf(line);
  if (level !== before) for (const changed of [...line.watchers]) changed(level);
}

/** Give a line back, unless another has it by now. */
function free(line: SimulatedLine, holder: string): boolean {
  if (line.holder !== holder) return false;
  line.holder = undefined;
  return true;
}
