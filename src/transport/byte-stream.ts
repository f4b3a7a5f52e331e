/** What listens to a byte stream. A stream has one listener from its first byte to its end. */
export interface ByteListener {
  data(bytes: Uint8Array): void;
  /** Called once, whoever ended it; `cause` is set unless it was closed by us. */
  closed(cause?: Error): void;
}

/** Bytes both ways: a serial port, a socket, a twin in memory. */
export interface ByteStream {
  /**
   * What comes after opening may be older than that, until nothing has come for this long: adapters keep bytes for a
   * while. Milliseconds; nothing is waited for unless told.
   */
  readonly openQuietMs?: number;
  /** Resolves when the bytes have been handed on; rejects when the stream ends before. */
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent; resolves when the far end is free again. */
  close(): Promise<void>;
}

/** How a driver wants the line set up. */
export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly parity?: "none" | "even" | "odd";
  readonly stopBits?: 1 | 1.5 | 2;
}

/** Opens the one stream that the configuration names for a Thing. */
export type OpenByteStream = (settings: LineSettings, listener: ByteListener) => Promise<ByteStream>;
