import type { BenchdError } from "../errors.ts";
import type { LineSettings, ModemInputs, ModemOutputs } from "./byte-stream.ts";
import type { Codec } from "./codec.ts";

/** A question beside the probe. */
export interface Check<Message> {
  readonly ask: Message;
  /** Whether `reply` answers it. What answers the probe, or a check before, never does. */
  accepts(reply: Message): boolean;
}

/** How a line that has lost step with the device gets back into step. */
export interface Resync<Message> {
  /** Nothing may have come for this long; milliseconds, 100 unless told. */
  readonly quietMs?: number;
  /** A harmless question whose answer proves that the line is in step. */
  readonly probe?: Message;
  /** Whether `reply` answers the probe; any message does unless told. */
  accepts?(reply: Message): boolean;
  /**
   * Harmless questions, other than the probe, that are asked after it, one after the other; one is enough where the
   * device answers the probe in turn. A device that stays one command behind answers them with what was asked before:
   * the line then counts as lost. Also asked before the first exchange on a port that was opened. Needs `accepts`.
   */
  readonly checks?: readonly Check<Message>[];
  /** Whether a device that answers the probe with that can answer the checks now; else they are left out. */
  checkable?(reply: Message): boolean;
  /** What the device says by itself, such as a reading each second: it answers nothing, and keeps nobody waiting. */
  spontaneous?(message: Message): boolean;
  /** What the recipe makes the device forget (tare, zero, homing, units); the running invocation then fails. */
  readonly loses?: readonly string[];
}

/** How a device is spoken to: the speed and form of the line, its codec, and the manners of its dialogue. */
export interface SerialOptions<Message> extends LineSettings {
  readonly codec: Codec<Message>;
  /** The device is silent after this many milliseconds; 1000 unless told. */
  readonly replyTimeoutMs?: number;
  /** Messages that answer nobody, recognised before replies. */
  readonly unsolicited?: {
    /** Whether it is one of them. */
    matches(message: Message): boolean;
    /** An error it returns ends the running invocation, as one of `observe` does; an exchange under way goes on. What it throws does so, too. */
    receive(message: Message): BenchdError | undefined;
  };
  /**
   * What the device says when it has just started, such as `Grbl 1.1h`. Said later, it means that the device was reset:
   * what runs fails with `DeviceResetError`, and the Thing is opened anew.
   */
  readonly banner?: {
    /** Whether that is what it says. */
    matches(message: Message): boolean;
    /**
     * A device that starts when its port is opened says it within this time, and is asked nothing before; milliseconds.
     * Without, nothing is waited for. When the time is over it is spoken to all the same.
     */
    readonly withinMs?: number;
  };
  /**
   * The device repeats what it is sent, byte by byte, before it answers. The echo is taken out; another one in its place
   * fails the exchange.
   */
  readonly echo?: boolean;
  /** Sees every reply before its caller does. An error it returns fails the exchange and the running invocation. */
  observe?(reply: Message): BenchdError | undefined;
  readonly resync?: Resync<Message>;
  /**
   * A device that has said nothing for this long is asked the `probe` of `resync`; one that does not answer is
   * disconnected, though its adapter is still there. Milliseconds; never unless told.
   */
  readonly livenessMs?: number;
}

/** The lines beside the data. Each call fails with a `ConfigError` on a port that has none. */
export interface Modem {
  read(): Promise<ModemInputs>;
  /** What is not named stays as it is. A board that the edge of DTR resets says its banner then. */
  set(outputs: ModemOutputs): Promise<void>;
  /** Hold the data line low for `ms` milliseconds; below `exclusive`, as it spoils what is under way. */
  sendBreak(ms: number): Promise<void>;
}

export interface ExchangeOptions {
  /** Instead of the connection's `replyTimeoutMs`. */
  readonly timeoutMs?: number;
}

export interface BreakInOptions {
  /**
   * Whether the device answers the message; `true` unless told. Say `false` for bytes that it obeys without a word: else
   * nothing is asked after the break-in until its answer has come, or could have.
   */
  readonly answered?: boolean;
}

/** A dialogue with a device: one exchange at a time, whoever asks. */
export interface Connection<Message> extends AsyncDisposable {
  /** Send, and wait for the one message that answers. */
  request(message: Message, options?: ExchangeOptions): Promise<Message>;
  /** Send what the device does not answer. */
  send(message: Message): Promise<void>;
  /** Send, and gather messages up to and with the one for which `last` holds; at most 1000. */
  collect(message: Message, last: (reply: Message) => boolean, options?: ExchangeOptions): Promise<readonly Message[]>;
  /** Hold the wire for a few exchanges that belong together, such as a command and its error query. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Send at once, ahead of everything and into whatever is going on: for `stop` only, with bytes the device takes at any
   * time. Fails the exchange it breaks into; the line is brought back into step afterwards. Resolves when the bytes have
   * left, before any answer.
   *
   * @example await line.breakIn("STOP");
   * @example await line.breakIn("!", { answered: false });
   */
  breakIn(message: Message, options?: BreakInOptions): Promise<void>;
  /** Absent where the wire has no such lines, as over a network. */
  readonly modem?: Modem | undefined;
  /** Give the port back before the Thing is closed; what is asked after that is refused. */
  close(): Promise<void>;
}

/** The serial port of a Thing. Which one that is stands in the configuration, not in the driver. */
export interface SerialTransport {
  /** Open the port that the configuration names for this Thing. */
  open<Message>(options: SerialOptions<Message>): Promise<Connection<Message>>;
}
