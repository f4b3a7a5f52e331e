import type { Clock } from "../clock.ts";
import { ConfigError, DisconnectedError } from "../errors.ts";
import type { ByteListener, ByteStream, LineSettings, OpenByteStream } from "./byte-stream.ts";
import { OwedReplies } from "./owed-replies.ts";
import type { Left } from "./recovery.ts";
import type { Station } from "./station.ts";
import { Wire } from "./wire.ts";

export interface LineOptions {
  /** What it is called in messages: the Thing, or the bus. */
  readonly name: string;
  /** The bench clock. */
  readonly clock: Clock;
  readonly open: OpenByteStream;
  /** Several Things may use it. */
  readonly shared: boolean;
}

/** A port that is opened with the first station and closed with the last, as often as they come and go. */
export class Line<M> {
  readonly #options: LineOptions;
  /** Outlives the port: what was asked through one opening may be answered in the next. */
  readonly #owed: OwedReplies<M>;
  #settings: LineSettings | undefined;
  #opening: Promise<Wire<M>> | undefined;
  #closed: Promise<void> = Promise.resolve();
  #left: Left | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#owed = new OwedReplies(options.clock);
  }

  /** As the port was set up last. */
  get settings(): LineSettings | undefined {
    return this.#settings;
  }

  /** Whether there is a port to open at the moment, where that can be told. */
  get present(): (() => Promise<boolean>) | undefined {
    return this.#options.open.present;
  }

  /** Resolves when the port is free, unless a station is on it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Open the port unless it is open already, and join those on it. */
  async join(station: Station<M>, settings: LineSettings): Promise<Wire<M>> {
    const { name } = this.#options;
    if (this.#opening && this.#settings && !isSame(this.#settings, settings)) {
      const text = `${station.name} wants ${shown(settings)}, but ${name} runs at ${shown(this.#settings)} for another`;
      throw new ConfigError(`${text}: Things on one bus must agree, so set their devices alike`);
    }
    this.#opening ??= this.#open(settings);
    const wire = await this.#opening;
    // Whoever had it opened has left already.
    if (wire.over) return this.join(station, settings);
    wire.join(station);
    return wire;
  }

  async #open(settings: LineSettings): Promise<Wire<M>> {
    const { name, clock, open, shared } = this.#options;
    const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = settings;
    this.#settings = { baudRate, dataBits, parity, stopBits };
    try {
      await this.#closed.catch(() => {}); // Those who left have been told.
      const bytes = new Bytes<M>();
      const stream = await open(settings, bytes);
      if (bytes.closedEarly) {
        this.#release(stream);
        throw new DisconnectedError(`${name} was disconnected as it was opened`, { cause: bytes.closedEarly.cause });
      }
      const ended = (left: Left) => this.#close(stream, left);
      bytes.wire = new Wire<M>(stream, { name, baudRate, clock, owed: this.#owed, shared, before: this.#left, ended });
      return bytes.wire;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #close(stream: ByteStream, left: Left): void {
    this.#left = left;
    this.#opening = undefined;
    this.#release(stream);
  }

  #release(stream: ByteStream): void {
    this.#closed = stream.close();
    this.#closed.catch(() => {}); // Told to those who wait for it.
  }
}

/** What the port says, from its first byte on. */
class Bytes<M> implements ByteListener {
  /** Set once the port is open; what comes before is nobody's. */
  wire: Wire<M> | undefined;
  /** The port closed before it was open. */
  closedEarly: { readonly cause: Error | undefined } | undefined;

  data(bytes: Uint8Array): void {
    this.wire?.hear(bytes);
  }

  closed(cause?: Error): void {
    if (this.wire) this.wire.lose("was disconnected; check its power and its cable", cause);
    else this.closedEarly = { cause };
  }
}

const isSame = (a: LineSettings, b: LineSettings) => shown(a) === shown(b);

/** As engineers say it: 9600 8N1. */
export const shown = ({ baudRate, dataBits = 8, parity = "none", stopBits = 1 }: LineSettings): string =>
  `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
