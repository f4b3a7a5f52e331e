/** What listens to a byte stream. A stream has one listener from its first byte to its end. */
export interface ByteListener {
  data(bytes: Uint8Array): void;
  /** Called once, whoever ended it; `cause` is set unless it was closed by us. */
  closed(cause?: Error): void;
}

/** Bytes both ways: a serial port, a socket, a twin in memory. */
export interface ByteStream {
  /**
   * Nothing is sent before nothing has come for this long: what adapters have kept is older than the opening, and a
   * device that is reset by it has to start. Milliseconds; nothing is waited for unless told.
   */
  readonly openQuietMs?: number | undefined;
  /** Resolves when the bytes have been handed on; rejects when the stream ends before. */
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent; resolves when the far end is free again. */
  close(): Promise<void>;
  /** Absent where there are no such lines, as over a network. */
  readonly modem?: ModemLines;
}

/** What the device says by the lines beside the data. */
export interface ModemInputs {
  /** Clear to send. */
  readonly cts: boolean;
  /** Data set ready. */
  readonly dsr: boolean;
  /** Data carrier detected. */
  readonly dcd: boolean;
}

/** What we say by the lines beside the data. */
export interface ModemOutputs {
  /** Data terminal ready: many boards are reset by its edge. */
  readonly dtr?: boolean;
  /** Request to send; not with hardware flow control, which has it. */
  readonly rts?: boolean;
}

/** The lines beside the data. Each call rejects with a `TransportError` on a port that has none. */
export interface ModemLines {
  read(): Promise<ModemInputs>;
  /** What is not named stays as it is. */
  set(outputs: ModemOutputs): Promise<void>;
  /** Hold the data line low, until it is released again. */
  setBreak(held: boolean): Promise<void>;
}

/** How a driver wants the line set up. */
export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly parity?: "none" | "even" | "odd";
  readonly stopBits?: 1 | 1.5 | 2;
}

/** Opens the one stream that the configuration names for a Thing. */
export interface OpenByteStream {
  (settings: LineSettings, listener: ByteListener): Promise<ByteStream>;
  /** Whether there is anything to open at the moment; without it nobody knows before trying. Never rejects. */
  present?(): Promise<boolean>;
}
