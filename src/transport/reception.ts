import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { BenchdError, DefinitionError, MalformedReplyError } from "../errors.ts";
import type { Decoder } from "./codec.ts";
import { NoiseLog } from "./noise-log.ts";
import { NoiseMeter } from "./noise-meter.ts";
import { printable } from "./printable.ts";
import type { Recorder } from "./recorder.ts";
import type { Heard } from "./resynchronisation.ts";
import type { SerialOptions } from "./serial.ts";

export interface ReceptionSettings<M> {
  readonly options: SerialOptions<M>;
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "counts">;
  alarm(error: BenchdError): void;
  log(level: LogLevel, message: string): void;
}

/** Who gets what is neither a banner nor unsolicited. */
interface Hearer<M> {
  receive(message: M, fault: BenchdError | undefined): Heard;
  /** Returns whether a message was waited for. */
  garbage(bytes: Uint8Array, why: string): boolean;
}

/** Sorts what the device says: unsolicited messages to their receiver, replies past `observe` to the wire. */
export class Reception<M> {
  /** Set once the port is open; what comes before is nobody's. */
  wire: Hearer<M> | undefined;
  /** Told that the device has been reset. */
  restarted = () => {};
  /** Told of the banner instead of `restarted`, while a device is expected to start. */
  onBanner: (() => void) | undefined;
  /** Told of every piece that comes. */
  onData: (() => void) | undefined;
  readonly #settings: ReceptionSettings<M>;
  readonly #decoder: Decoder;
  readonly #noise: NoiseLog;
  readonly #meter: NoiseMeter;
  /** What was to be expected. */
  readonly #late: NoiseLog;
  /** Of the driver's. */
  readonly #failures: NoiseLog;
  // What the device says on its own must not run as part of the invocation that happens to be under way.
  readonly #asOpened = AsyncLocalStorage.snapshot();

  constructor(settings: ReceptionSettings<M>) {
    this.#settings = settings;
    this.#noise = new NoiseLog(settings.clock, settings.log);
    this.#meter = new NoiseMeter(settings.clock, settings.log);
    this.#late = new NoiseLog(settings.clock, settings.log, "debug");
    this.#failures = new NoiseLog(settings.clock, settings.log, "error");
    const sink = {
      message: (message: M) => this.#message(message),
      garbage: (bytes: Uint8Array, why: string) => this.#garbage(bytes, why),
    };
    this.#decoder = settings.options.codec.decoder(sink, settings.clock);
  }

  /** Bytes came while this device was spoken to, or none was. */
  decode(bytes: Uint8Array): void {
    if (!this.wire) return;
    this.onData?.();
    this.#asOpened(() => this.#decode(bytes));
  }

  /** It is flooded with what nobody asked for. */
  get noisy(): boolean {
    return this.#meter.noisy;
  }

  forget(): void {
    this.#decoder.reset();
  }

  #decode(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes);
    } catch (error) {
      this.#garbage(bytes, `the codec failed on it: ${error}`);
    }
  }

  #garbage(bytes: Uint8Array, why: string): void {
    this.#meter.note(bytes.length);
    if (this.wire?.garbage(bytes, why)) return;
    this.#settings.recorder.counts.noise++;
    this.#noise.note(`noise (${why}): ${printable(bytes)}`);
  }

  #message(message: M): void {
    if (!this.wire || this.#banner(message) || this.#unsolicited(message)) return;
    const fault = this.#fault(message);
    const heard = this.wire.receive(message, fault);
    if (heard !== "awaited") {
      if (heard !== "owed") this.#meter.note(typeof message === "string" ? message.length : 1);
      const text = typeof message === "string" ? printable(Buffer.from(message)) : shown(message);
      this.#settings.recorder.counts[heard === "unasked" ? "noise" : "late"]++;
      const log = heard === "owed" ? this.#late : this.#noise;
      log.note(`nobody waits for this message: ${text}`);
    }
    // A late reply may carry an alarm; that it is misshapen tells nothing, as half of it may be missing.
    if (fault && (heard === "awaited" || !(fault instanceof MalformedReplyError))) this.#settings.alarm(fault);
  }

  /** A device that has been reset has forgotten what work relies on. */
  #banner(message: M): boolean {
    const { banner } = this.#settings.options;
    let said = false;
    this.#judged(() => {
      said = banner?.matches(message) ?? false;
      return said;
    });
    if (!said) return false;
    if (this.onBanner) this.onBanner();
    else this.restarted();
    return true;
  }

  #unsolicited(message: M): boolean {
    const { unsolicited } = this.#settings.options;
    return this.#judged(() => {
      if (!unsolicited?.matches(message)) return false;
      const fault = unsolicited.receive(message);
      if (fault) this.#settings.alarm(fault);
      return true;
    });
  }

  /** Whether the driver takes it; when it fails on it, nobody else gets it. It may have been an alarm: what runs ends. */
  #judged(takes: () => boolean): boolean {
    try {
      return takes();
    } catch (error) {
      this.#failures.note(`the driver failed on a message: ${shown(error)}`);
      // Half of it may be missing, and whoever waits for something on such a line learns of that.
      if (!(error instanceof MalformedReplyError)) this.#settings.alarm(asFault(error, "receiver of messages"));
      return true;
    }
  }

  #fault(reply: M): BenchdError | undefined {
    try {
      return this.#settings.options.observe?.(reply);
    } catch (error) {
      return asFault(error, "observe()");
    }
  }
}

const asFault = (error: unknown, where: string): BenchdError =>
  error instanceof BenchdError ? error : new DefinitionError(`the driver's ${where} failed`, { cause: error });

const shown = (value: unknown) => inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY }).slice(0, 500);
