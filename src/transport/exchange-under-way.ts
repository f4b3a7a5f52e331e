import type { Clock, Timer } from "../clock.ts";
import { type BenchdError, DeviceTimeoutError, MalformedReplyError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";
import type { OwedReply } from "./owed-replies.ts";
import { printable } from "./printable.ts";

/** What exchanges under way need of their wire. */
export interface Way<M> {
  readonly baudRate: number;
  readonly clock: Clock;
  /** `taken` is called once the port has taken all of it; the wire ends where it never does. */
  transmit(exchange: Exchange<M>, taken: () => void): void;
  /** The device has repeated what it was sent, if it is one that does. */
  echoed(): boolean;
  /** The exchange is over, and the line in step. */
  ended(exchange: Exchange<M>): void;
  /** The exchange is over, and nobody knows what the device will say next. */
  broken(underWay: ExchangeUnderWay<M>, error: unknown): void;
}

/** The one exchange whose bytes have left: from then on to its last reply. */
export class ExchangeUnderWay<M> {
  readonly #exchange: Exchange<M>;
  readonly #way: Way<M>;
  /** Where the record of it begins. */
  readonly #begun: number;
  /** Bench time. */
  readonly #sentAt: number;
  /** Set once: it fires at the deadline, or before, and is then set for what is left. */
  #timer: Timer | undefined;
  #deadline = Number.POSITIVE_INFINITY;
  #written = false;
  #over = false;

  constructor(exchange: Exchange<M>, way: Way<M>) {
    this.#exchange = exchange;
    this.#way = way;
    this.#begun = exchange.station.recorder.next;
    this.#sentAt = way.clock.now();
    exchange.station.recorder.counts.exchanges++;
  }

  get exchange(): Exchange<M> {
    return this.#exchange;
  }

  /** What may still come of its reply, once it is cut. */
  get owed(): OwedReply<M> | undefined {
    const { answered, bytes, expected, timeoutMs } = this.#exchange;
    const wholeMs = timeoutMs + onTheWayMs(bytes, this.#way.baudRate);
    const leftMs = this.#written ? this.#deadline - this.#way.clock.now() : wholeMs;
    if (answered || leftMs <= 0) return undefined;
    // Each message of a long reply has the whole time.
    return typeof expected === "function" ? { withinMs: wholeMs, last: expected } : { withinMs: leftMs };
  }

  send(): void {
    this.#way.transmit(this.#exchange, () => {
      this.#written = true;
      this.#advance();
    });
    // The bytes first: the device can be at work on them by now.
    if (!this.#over) this.#expire();
  }

  /** Take a message, with what it tells of a fault. Returns whether it was waited for. */
  take(message: M, fault: BenchdError | undefined): boolean {
    const exchange = this.#exchange;
    if (exchange.answered) return false;
    if (fault) this.#fail(fault);
    try {
      exchange.take(message);
    } catch (error) {
      this.#break(error);
      return true;
    }
    if (exchange.answered) exchange.succeed();
    // Of a device that speaks by itself, what it says next is no sign that the rest of the answer is coming.
    if (exchange.answered || !exchange.station.recipe.spontaneous?.(message)) this.#advance();
    return true;
  }

  /** Something of the echo has come. */
  heardEcho(): void {
    this.#advance();
  }

  /** Take bytes that are no message. Returns whether something was waited for. */
  garbage(bytes: Uint8Array, why: string): boolean {
    if (this.#exchange.answered && this.#way.echoed()) return false;
    const { name } = this.#exchange.station;
    const text = `${name} answered ${printable(this.#exchange.bytes)} with ${printable(bytes)}: ${why}; check the cable and the baud rate`;
    this.#break(new MalformedReplyError(text));
    return true;
  }

  /** End it, whatever the device still says. */
  cut(error: unknown): void {
    if (!this.#over) this.#exchange.station.recorder.counts.failed(error);
    this.#over = true;
    this.#timer?.cancel();
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#exchange.broke(error, this.#exchange.station.recorder.from(this.#begun));
  }

  #advance(): void {
    if (this.#over || !this.#written) return;
    if (!this.#exchange.answered || !this.#way.echoed()) {
      this.#expire();
      return;
    }
    this.#exchange.succeed();
    this.#over = true;
    this.#timer?.cancel();
    const { station, expected } = this.#exchange;
    if (expected !== "nothing")
      station.recorder.counts.roundTrip.observe((this.#way.clock.now() - this.#sentAt) / 1000);
    this.#way.ended(this.#exchange);
  }

  /** From now on it has its whole time. */
  #expire(): void {
    const { clock, baudRate } = this.#way;
    const { bytes, timeoutMs } = this.#exchange;
    const allowedMs = timeoutMs + onTheWayMs(bytes, baudRate);
    this.#deadline = clock.now() + allowedMs;
    this.#timer ??= clock.after(allowedMs, this.#due);
  }

  readonly #due = (): void => {
    const { clock } = this.#way;
    const leftMs = this.#deadline - clock.now();
    if (leftMs > 0) {
      this.#timer = clock.after(leftMs, this.#due);
      return;
    }
    const { station, bytes, timeoutMs } = this.#exchange;
    this.#break(timedOut(station, this.#written ? "did not answer" : "did not take", bytes, timeoutMs));
  };

  #break(error: unknown): void {
    this.cut(error);
    const { log, recorder } = this.#exchange.station;
    log("warning", `${error instanceof Error ? error.message : error}\n${recorder.excerpt(this.#begun)}`);
    this.#way.broken(this, error);
  }
}

export const timedOut = ({ name }: { readonly name: string }, failed: string, bytes: Uint8Array, withinMs: number) =>
  new DeviceTimeoutError(
    `${name} ${failed} ${printable(bytes)} within ${Math.round(withinMs)} ms: check its power, cable and baud rate`,
    { outcome: "unknown" },
  );

/** Some ports say that they have taken bytes while these are still on their way, at up to 12 bits each. */
export const onTheWayMs = (bytes: ArrayLike<number>, baudRate: number): number => (bytes.length * 12_000) / baudRate;
