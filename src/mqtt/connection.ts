import { bounded } from "../bounded.ts";
import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { BrokerAwayError, MessageRefusedError } from "../experiment-errors.ts";
import { BackOff, longestTakenOverMs } from "./back-off.ts";
import { InFlight } from "./in-flight.ts";
import type { InMessage, Link, OutMessage, SubscribeOptions } from "./link.ts";
import { packetBytes } from "./packet-bytes.ts";
import type { OpenSession, Session, SessionEnd, SessionOptions } from "./session.ts";
import { matches } from "./topics.ts";

export interface ConnectionOptions {
  /** The process clock. */
  readonly clock: Clock;
  readonly open: OpenSession;
  /** Asked for each connection, so that new secrets and certificates need no restart. */
  server(): Promise<Omit<SessionOptions, "heard" | "ended">>;
  /** The broker, as people know it. */
  readonly name: string;
  /** How often there was one before this; never, unless told. */
  readonly earlier?: number | undefined;
  /** From 0 to 1; that of `Math` unless told. */
  readonly random?: () => number;
  log(level: LogLevel, message: string): void;
}

interface Subscription {
  readonly filter: string;
  readonly options: SubscribeOptions;
  heard(message: InMessage): unknown;
}

/** No packet is larger, whatever the broker takes; bytes. */
const largestMessageBytes = 1024 * 1024;
const mostInFlight = 64;
/** An orderly end is waited for so long; milliseconds. */
export const hangingUpMs = 1000;
const sameName = "another gateway is called the same, and each takes the connection from the other: give each a name";

/** A connection to a broker that is made again whenever it goes: sooner at first, then later and later, never all at once. */
export class Connection implements Link {
  readonly #options: ConnectionOptions;
  readonly #backOff: BackOff;
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<() => void>();
  #session: Session | undefined;
  #inFlight = new InFlight(mostInFlight);
  #since = 0;
  #timer: Timer | undefined;
  #trying = Promise.resolve();
  #closed = false;
  #ended = () => {};
  #error: string | undefined = "there was no connection yet";
  #told = false;
  #connections: number;
  /** When somebody else was found to have this name. */
  #contestedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connections = options.earlier ?? 0;
    this.#backOff = new BackOff(options.random);
  }

  /** Try until it is connected, and again whenever it is not any more. */
  begin(): void {
    this.#trying = this.#connect();
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  /** Why it is not connected, or may not be for long; undefined when it is. */
  get error(): string | undefined {
    const contested = this.#options.clock.now() - this.#contestedAt < longestTakenOverMs;
    return this.#error ?? (contested ? sameName : undefined);
  }

  /** How often it was, those before it counted. */
  get connections(): number {
    return this.#connections;
  }

  /** Messages that the broker has not confirmed. */
  get inFlight(): number {
    return this.#session ? this.#inFlight.size : 0;
  }

  get largestMessage(): number {
    return Math.min(largestMessageBytes, this.#session?.largestPacket ?? largestMessageBytes);
  }

  async publish(message: OutMessage): Promise<void> {
    const session = this.#session;
    if (!session) throw new BrokerAwayError(`${this.#options.name} is away: ${this.#error}`);
    const bytes = packetBytes(message);
    if (bytes > this.largestMessage)
      throw new MessageRefusedError(`${message.topic} has ${bytes} bytes, and may have ${this.largestMessage}`);
    if (message.qos === 0) return session.publish(message);
    return this.#inFlight.run(() => session.publish(message));
  }

  subscribe(filter: string, heard: (message: InMessage) => unknown, options: SubscribeOptions = {}): () => void {
    const subscription = { filter, options, heard };
    this.#subscriptions.add(subscription);
    if (this.#session) this.#subscribe(this.#session, subscription);
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#session?.unsubscribe(filter);
    };
  }

  onConnected(heard: () => void): () => void {
    this.#listeners.add(heard);
    if (this.#session) this.#tell(heard);
    return () => void this.#listeners.delete(heard);
  }

  /** Somebody else connects with the same id. Brokers need not tell that, so that who hears of it elsewhere says so. */
  contested(): void {
    if (!this.#session || this.#contestedAt >= this.#since) return;
    const { clock, name, log } = this.#options;
    this.#contestedAt = clock.now();
    log("error", `${name}: ${sameName}`);
  }

  /**
   * Hang up, and connect no more; the broker tells no will. Resolves when it has, within a second: a try that is under way
   * is waited for as well, or it would throw out whoever connects next with the same id.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#session) return this.#hangUp(this.#session);
    await bounded(this.#options.clock, hangingUpMs, this.#trying).catch(() => {});
  }

  #hangUp(session: Session): Promise<void> {
    return new Promise((resolve) => {
      const late = this.#options.clock.after(hangingUpMs, () => session.drop());
      this.#ended = () => {
        late.cancel();
        resolve();
      };
      session.end();
    });
  }

  async #connect(): Promise<void> {
    const { clock, open, server } = this.#options;
    this.#timer = undefined;
    try {
      const told = await server();
      if (this.#closed) return;
      const session = await open({
        ...told,
        heard: (message) => this.#hear(message),
        ended: (end) => this.#gone(end),
      });
      if (this.#closed) return await this.#hangUp(session);
      this.#since = clock.now();
      this.#begun(session);
    } catch (error) {
      this.#lost({ why: error instanceof Error ? error.message : String(error), takenOver: false }, 0);
    }
  }

  #begun(session: Session): void {
    const { name, log, earlier = 0 } = this.#options;
    this.#session = session;
    this.#connections++;
    this.#error = undefined;
    this.#inFlight = new InFlight(Math.min(mostInFlight, session.mostInFlight));
    if (this.#told || this.#connections === earlier + 1) log("info", `connected with ${name}`);
    this.#told = false;
    for (const subscription of this.#subscriptions) this.#subscribe(session, subscription);
    for (const heard of [...this.#listeners]) this.#tell(heard);
  }

  #gone(end: SessionEnd): void {
    this.#session = undefined;
    this.#inFlight.close(new BrokerAwayError(end.why));
    this.#ended();
    const takenOver = end.takenOver || this.#contestedAt >= this.#since;
    this.#lost({ ...end, takenOver }, this.#options.clock.now() - this.#since);
  }

  #lost({ why, takenOver }: SessionEnd, heldMs: number): void {
    const { clock, name, log } = this.#options;
    this.#error = why;
    if (this.#closed) return;
    const pauseMs = this.#backOff.next({ heldMs, takenOver });
    if (takenOver) {
      log("error", `${name}: ${why}; ${sameName}. Tried again in ${Math.round(pauseMs / 1000)} s`);
    } else if (!this.#told) {
      log("warning", `no connection with ${name}: ${why}; it is tried again, and what is kept is told then`);
    }
    this.#told = true;
    this.#timer = clock.after(pauseMs, () => {
      this.#trying = this.#connect();
    });
  }

  #subscribe(session: Session, { filter, options }: Subscription): void {
    session.subscribe(filter, options).catch((error: Error) => {
      // What has ended is told elsewhere.
      if (error instanceof MessageRefusedError)
        this.#options.log(
          "error",
          `the broker does not let us hear ${filter} (${error.message}): nothing comes from there`,
        );
    });
  }

  #hear(message: InMessage): void {
    for (const { filter, heard } of this.#subscriptions)
      if (matches(filter, message.topic)) this.#tell(async () => heard(message));
  }

  #tell(heard: () => unknown): void {
    const failed = (error: unknown) => this.#options.log("error", `what was heard of the broker was in vain: ${error}`);
    try {
      Promise.resolve(heard()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
