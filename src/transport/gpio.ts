/** A change of an input's level; `at` is bench time in milliseconds. */
export interface Edge {
  readonly rising: boolean;
  readonly at: number;
  /** How many edges before this one are known to have been lost; absent when none is. */
  readonly missed?: number;
}

/** Levels are logical: `true` is active, also on an active-low line. */
export interface InputPin {
  /** The level as it is now. */
  read(): boolean;
  /**
   * Debounced changes from now on, until the pin is released; at most 1000 wait to be taken. More than 2000 a second are
   * a storm: some are left out, and the level is right again within 0.1 s.
   */
  edges(): AsyncIterable<Edge>;
  /** Wait until the input has this level. */
  waitFor(level: boolean): Promise<void>;
  /** Let go of the line before the Thing is closed; what waits for it ends. */
  release(): void;
}

/** An output of the Thing: safe when it is opened, and made safe again as its contract says. */
export interface OutputPin {
  /** The level that is driven, read back from the line. */
  read(): boolean;
  /** Drive it. Throws when an interlock, the emergency stop or a limit forbids that. */
  write(on: boolean): void;
  /** Let go of the line before the Thing is closed: it is driven no longer. */
  release(): void;
}

/** The pins of a Thing. What they are wired to is in the configuration, not in the driver. */
export interface GpioTransport {
  /** `name` is a pin of the Thing's configuration entry, which says line, pull, polarity and debounce. */
  input(name: string): Promise<InputPin>;
  /** `name` is one of the definition's `outputs`; it starts at its safe value. */
  output(name: string): Promise<OutputPin>;
}

/** How a pin is wired; from the configuration. */
export interface PinWiring {
  /** BCM number. */
  readonly line: number;
  readonly activeLow?: boolean;
  readonly pull?: "up" | "down" | "none";
  /** Changes shorter than this are contact bounce; milliseconds, 0 unless told. */
  readonly debounceMs?: number;
}

/**
 * A GPIO chip as a back end provides it. Lines are exclusive: a taken one is refused with its holder. A chip is looked
 * for whenever a line is opened, so that it may come late, or come back under another number.
 */
export interface GpioChip {
  openInput(wiring: PinWiring, holder: string): Promise<InputLine>;
  /** The line is first driven with `level`, never through a default. */
  openOutput(wiring: PinWiring, holder: string, level: boolean): Promise<OutputLine>;
  /**
   * Take over an output that a process before has handed on: it is driven on as it is. Throws a `DisconnectedError` when
   * the descriptor is of no output. Absent where lines cannot be handed on.
   */
  adoptOutput?(wiring: PinWiring, holder: string, descriptor: number): Promise<OutputLine>;
  /** What becomes of an output when the process that drives it dies; undefined when nobody can know. */
  afterDeath(line: number): Promise<AfterDeath | undefined>;
}

/** The line stays as it was driven, or falls to the level its pull at boot gives it. */
export type AfterDeath = "kept" | "high" | "low";

export interface InputLine {
  read(): boolean;
  /** Told of each debounced change until the line is released. */
  watch(listener: InputListener): void;
  release(): void;
}

/** What an open input has to tell. */
export interface InputListener {
  changed(edge: Edge): void;
  /** Something that an operator should see to; not more than once in 10 s. */
  warn(message: string): void;
  /** The line is gone, with its chip. */
  lost(error: Error): void;
}

export interface OutputLine {
  read(): boolean;
  write(on: boolean): void;
  release(): void;
  /** Whoever has it drives the line: for handing it on to the next process. Absent where that cannot be. */
  readonly descriptor?: number;
}

/** Where descriptors of lines stay while no process of ours runs. */
export interface HeldLines {
  /** Keep a descriptor, and with it the level of its line; the caller closes its own. Whether that was possible. */
  keep(name: string, descriptor: number): boolean;
  /** What the process before has kept under that name: ours from now on. */
  take(name: string): number | undefined;
}

/** Nobody keeps anything. */
export const noHeldLines: HeldLines = { keep: () => false, take: () => undefined };
