import { BrokenOffError, DeviceTimeoutError, DisconnectedError, MalformedReplyError } from "../errors.ts";
import { Histogram } from "../histogram.ts";

/** Why an exchange has come to nothing. */
export type ExchangeFailure = "timeout" | "malformed" | "broken_off" | "disconnected" | "other";

/** Seconds; a device on a serial port answers after some milliseconds. */
const roundTripBounds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1];

/** What has gone over the wire of a Thing since the start, and what has gone wrong with it, as plain numbers. */
export class WireCounts {
  /** Exchanges of which bytes have left. */
  exchanges = 0;
  bytesSent = 0;
  bytesReceived = 0;
  /** Replies that came when nobody waited for them any more. */
  late = 0;
  /** Messages that nobody has asked for, and pieces that are none. */
  noise = 0;
  /** How often the line had to be brought back into step. */
  resynchronisations = 0;
  /** How often that was tried again. */
  retries = 0;
  readonly failures: Record<ExchangeFailure, number> = {
    timeout: 0,
    malformed: 0,
    broken_off: 0,
    disconnected: 0,
    other: 0,
  };
  /** From the first byte sent to the end of the reply; bench time, in seconds. */
  readonly roundTrip = new Histogram(roundTripBounds);

  failed(error: unknown): void {
    this.failures[whyOf(error)]++;
  }
}

function whyOf(error: unknown): ExchangeFailure {
  if (error instanceof DeviceTimeoutError) return "timeout";
  if (error instanceof MalformedReplyError) return "malformed";
  if (error instanceof BrokenOffError) return "broken_off";
  return error instanceof DisconnectedError ? "disconnected" : "other";
}
