import type { Clock } from "../clock.ts";
import type { BenchdError, DisconnectedError } from "../errors.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Exchange } from "./exchange.ts";
import { ExchangeUnderWay, type Way } from "./exchange-under-way.ts";
import { Outgoing } from "./outgoing.ts";
import type { OwedReplies } from "./owed-replies.ts";
import type { Station } from "./station.ts";

/** What speaking needs of its wire. */
export interface SpeakingSettings<M> {
  readonly baudRate: number;
  readonly clock: Clock;
  readonly owed: OwedReplies<M>;
  /** The port has taken all that was handed to it. */
  taken(): void;
  refused(cause: unknown): void;
  /** The exchange is over, and the line in step. */
  ended(exchange: Exchange<M>): void;
  /** The exchange is over, and nobody knows what the device will say next. */
  broken(exchange: Exchange<M>, error: unknown): void;
}

/** What is being said on a wire: the one exchange under way, and what was handed to the port. */
export class Speaking<M> {
  readonly #settings: SpeakingSettings<M>;
  readonly #outgoing: Outgoing;
  readonly #way: Way<M>;
  #current: ExchangeUnderWay<M> | undefined;

  constructor(stream: ByteStream, settings: SpeakingSettings<M>) {
    const { baudRate, clock, owed } = settings;
    this.#settings = settings;
    const outgoing = new Outgoing(stream, settings);
    this.#outgoing = outgoing;
    this.#way = {
      ...{ baudRate, clock },
      transmit: ({ station, bytes, invocation }, taken) => outgoing.send(station, bytes, invocation, taken),
      echoed: () => !outgoing.echo.pending,
      ended: (exchange) => {
        this.#current = undefined;
        settings.ended(exchange);
      },
      broken: (underWay, error) => {
        owed.add(underWay.owed);
        settings.broken(underWay.exchange, error);
      },
    };
  }

  /** The exchange under way. */
  get exchange(): Exchange<M> | undefined {
    return this.#current?.exchange;
  }

  /** The port has not taken all that was handed to it. */
  get blocked(): boolean {
    return this.#outgoing.blocked;
  }

  begin(exchange: Exchange<M>): void {
    this.#current = new ExchangeUnderWay(exchange, this.#way);
    this.#current.send();
  }

  /** Say what belongs to no exchange. */
  say(station: Station<M>, bytes: Uint8Array): void {
    this.#outgoing.send(station, bytes);
  }

  /** As `say`; resolves when the port has taken it, and rejects with what `fail` is told. */
  sayAll(station: Station<M>, bytes: Uint8Array): Promise<void> {
    return this.#outgoing.sent(station, bytes);
  }

  /** Take a message, with what it tells of a fault. Returns whether it was waited for. */
  take(message: M, fault: BenchdError | undefined): boolean {
    return this.#current?.take(message, fault) ?? false;
  }

  /** Take bytes that are no message. Returns whether something was waited for. */
  garbage(bytes: Uint8Array, why: string): boolean {
    return this.#current?.garbage(bytes, why) ?? false;
  }

  /** What has come, without what only repeats what was said. */
  withoutEcho(bytes: Uint8Array): Uint8Array {
    const { echo } = this.#outgoing;
    if (!echo.pending) return bytes;
    const rest = echo.take(bytes);
    if (!rest) this.garbage(bytes, "it does not repeat what it was sent");
    else this.#current?.heardEcho();
    return rest ?? bytes;
  }

  /** End the exchange under way, whatever the device still says: that is owed. */
  cut(error: unknown): void {
    this.#current?.cut(error);
    this.#settings.owed.add(this.#current?.owed);
  }

  /** Nothing of it counts any more. */
  forget(): void {
    this.#current = undefined;
    this.#outgoing.echo.forget();
  }

  /** The port is gone: whoever waits for it fails with that. */
  fail(error: DisconnectedError): void {
    this.#current = undefined;
    this.#outgoing.fail(error);
  }
}
