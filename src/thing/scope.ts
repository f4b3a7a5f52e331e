import type { Calibration } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import { assertUnfenced, type LogLevel, newAbort, runAs, type Work, type WorkKind } from "../context.ts";
import {
  type BenchdError,
  ConfigError,
  DefinitionError,
  FencedError,
  MalformedReplyError,
  OutputError,
} from "../errors.ts";
import { validator } from "../schema.ts";
import { openConnection } from "../transport/connection.ts";
import type { Line } from "../transport/line.ts";
import { openPins, type Pins } from "../transport/pins.ts";
import type { Recorder } from "../transport/recorder.ts";
import type { Connection, SerialOptions } from "../transport/serial.ts";
import type { AnyThing, OpenContext, TripEmergencyStop } from "./define.ts";
import { handled } from "./handled.ts";
import type { Outputs } from "./outputs.ts";
import type { Wiring } from "./wiring.ts";

/** What one opening tells the Thing it belongs to. */
export interface ScopeEvents {
  log(level: LogLevel, message: string): void;
  /** A reply carried an alarm. */
  alarm(error: BenchdError): void;
  /** The way to the device is gone. */
  lost(error: Error): void;
  /** Spawned work has failed. */
  failed(error: unknown): void;
  emit(event: string, data: unknown): void;
  /** A property has another value, of which nobody has judged whether it fits. */
  told(property: string, value: unknown): void;
  /** The latest that counts; there is none unless told. */
  calibration?(): Calibration | undefined;
  readonly emergencyStop: TripEmergencyStop;
}

export interface ScopeOptions extends ScopeEvents {
  readonly thing: string;
  readonly definition: AnyThing;
  readonly config: unknown;
  readonly things: Readonly<Record<string, unknown>>;
  readonly wiring: Wiring;
  readonly outputs: Outputs;
  /** What its serial port leads to, if it has one. */
  readonly line: Line<unknown> | undefined;
  readonly recorder: Recorder;
  readonly clock: Clock;
}

/** One opening of a Thing: all that was opened for it, and the fence that falls when it is over. */
export class Scope {
  readonly #options: ScopeOptions;
  readonly #over = newAbort();
  readonly #connections = new Set<{ readonly noisy: boolean; doubt(): void; close(): Promise<void> }>();
  #pins: Promise<Pins> | undefined;

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  get over(): boolean {
    return this.#over.signal.aborted;
  }

  /** Rejects when it is over. */
  whenOver(): Promise<never> {
    const { signal } = this.#over;
    return new Promise((_, reject) => {
      const over = () => reject(signal.reason);
      if (signal.aborted) over();
      else signal.addEventListener("abort", over, { once: true });
    });
  }

  /** Work of this opening that belongs to no invocation. */
  work(kind: WorkKind): Work {
    const { thing, clock, log } = this.#options;
    return { kind, thing, clock, signal: this.#over.signal, fence: this.#over.signal, log };
  }

  context(): OpenContext<unknown, never, never> {
    const { config, things, emit, told, definition } = this.#options;
    return {
      config,
      things: things as never,
      serial: { open: (options) => this.#openSerial(options) },
      gpio: {
        input: async (name) => (await this.#openPins()).input(name),
        output: async (name) => (await this.#openPins()).output(name),
      },
      output: (name) => this.#options.outputs.told(name),
      spawn: (work) => this.spawn(work),
      emit: (event, data) => {
        this.#assertMaySpeak();
        checkEvent(definition, event, data);
        emit(event, data);
      },
      changed: (property, value) => {
        this.#assertMaySpeak();
        told(property, value);
      },
      calibration: () => this.#options.calibration?.(),
      // Nothing keeps anybody from stopping, not even that his time is over.
      emergencyStop: (reason, pressed) =>
        this.#options.emergencyStop(reason, pressed && (() => !this.over && pressed())),
    };
  }

  /** Its line is flooded with what nobody asked for. */
  get noisy(): boolean {
    return [...this.#connections].some(({ noisy }) => noisy);
  }

  /**
   * Close all that was opened; outputs that are pins are made safe but those in `held`, which stay as they are. Nothing
   * of this opening reaches the device afterwards. Idempotent; never rejects.
   */
  async close(held: readonly string[] = []): Promise<void> {
    this.#over.abort(
      new FencedError(`${this.#options.thing} was closed or reopened: what belonged to the earlier opening has ended`),
    );
    const pins = await this.#pins?.catch(() => undefined);
    const attempt = (failed: string, act: () => void) => {
      try {
        act();
      } catch (error) {
        this.#options.log("error", `${failed}: ${error}`);
      }
    };
    attempt("its outputs could not be brought to their safe levels", () => pins?.safe(held));
    attempt(
      "not all of its pins could be left as they are",
      () => pins && this.#options.outputs.held.keep(pins.leave(held)),
    );
    attempt("not all of its pins could be given back", () => pins?.close());
    await Promise.allSettled([...this.#connections].map((connection) => connection.close()));
    this.#connections.clear();
  }

  /** Run a handler of the driver's. A reply that it can make nothing of may have answered something else. */
  handle<T>(handler: () => T | Promise<T>): T | Promise<T> {
    const result = handled(handler);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (error instanceof MalformedReplyError && !this.over)
        for (const connection of this.#connections) connection.doubt();
      throw error;
    });
  }

  /** Run work for as long as this opening lasts. */
  spawn(work: () => Promise<void>): void {
    runAs(this.work("poll"), work).catch((error: unknown) => {
      if (!this.over) this.#options.failed(error);
    });
  }

  async #openSerial<Message>(options: SerialOptions<Message>): Promise<Connection<Message>> {
    const { thing, line, recorder, clock, log, alarm } = this.#options;
    if (!line) {
      throw new ConfigError(
        `${thing} talks over a serial port, and has none: add "serial: /dev/serial/by-id/…", or for --mock its "twin: ./….js"`,
      );
    }
    const connection = await openConnection({
      // Each of those who share a line decodes and judges what is its own.
      line: line as Line<Message>,
      options,
      name: thing,
      clock,
      recorder,
      log,
      alarm,
      lost: (error) => this.#lost(error),
    });
    this.#connections.add(connection);
    if (this.over) await connection.close();
    return connection;
  }

  #assertMaySpeak(): void {
    assertUnfenced();
    if (this.over) throw new FencedError(`this opening of ${this.#options.thing} is over`);
  }

  #lost(error: Error): void {
    if (!this.over) this.#options.lost(error);
  }

  #openPins(): Promise<Pins> {
    const { thing, wiring, definition, outputs, log } = this.#options;
    if (!wiring.chip) throw new ConfigError(`${thing} uses GPIO pins, but has none: add "gpio:" to its entry`);
    this.#pins ??= openPins({
      chip: wiring.chip,
      wiring: wiring.pins,
      outputs: definition.outputs ?? {},
      watch: outputs,
      thing,
      log,
      lost: (error) => this.#lost(error),
    });
    return this.#pins;
  }
}

function checkEvent(definition: AnyThing, event: string, data: unknown): void {
  const affordance = definition.events?.[event];
  if (!affordance) throw new DefinitionError(`"${definition.title}" has no event ${event}`);
  const [issue] = validator(affordance.data).issues(data);
  if (issue)
    throw new OutputError(`the data of event ${event} does not fit its schema: ${issue.path || "it"} ${issue.message}`);
}
