import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { NumberedEvent } from "../events/event.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Probe } from "../gateway/health.ts";
import type { Connection } from "./connection.ts";
import type { BrokerFigures } from "./figures.ts";
import { KeptState } from "./kept-state.ts";
import { clearLeftBehind } from "./left-behind.ts";
import type { InMessage, Link, OutMessage } from "./link.ts";
import { Publisher } from "./publisher.ts";
import type { Seen } from "./seen.ts";
import { statusIn } from "./status-text.ts";
import type { Told, Topics } from "./topics.ts";

/** What one leaves to the next, so that nothing is lost or told twice in between. */
export interface Left {
  /** The last event that the broker has confirmed with all before it. */
  readonly place: number;
  /** The values that were told last. */
  readonly values: readonly NumberedEvent[];
}

export interface BridgeOptions {
  readonly gateway: Pick<Gateway, "events" | "emergencyStop" | "interlocks" | "installation" | "version">;
  readonly link: Link & Pick<Connection, "error" | "inFlight" | "connections" | "contested">;
  readonly topics: Topics;
  readonly seen: Seen;
  /** The process clock. */
  readonly clock: Clock;
  /** Of whoever has told the broker of this bench before, in this process. */
  readonly before?: Left | undefined;
  log(level: LogLevel, message: string): void;
}

/** At its end the broker is waited for so long: until it has everything, and until it has that this is the end. */
const lastMs = 2000;
/** So long an end takes at most; milliseconds. */
export const bridgeEndingMs = 2 * lastMs;
/** What was sent is confirmed within that, or something is wrong. */
const silentMs = 30_000;
/** Who else says how this gateway is, is answered this often at most. */
const contradictMs = 1000;

/** Tells a broker what happens on a bench, and how it is. */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #state: KeptState;
  readonly #publisher: Publisher;
  readonly #ends: (() => void)[] = [];
  #contradicting: Timer | undefined;
  /** Who else was heard last to be called the same: an earlier run of this gateway, or another one. */
  #other: { readonly epoch: string; readonly connection: number } | undefined;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { gateway, link, clock, before, log } = options;
    const state = new KeptState(options);
    this.#state = state;
    this.#publisher = new Publisher({
      ...{ link, clock, events: gateway.events, after: before?.place },
      changed: (told) => this.#heard(told),
      kept: () => state.topics(),
      keptMessage: (topic) => state.message(topic),
      message: (told) => this.#messageOf(told),
      gap: (missed, after) => this.#gap(missed, after),
      refused: (why) => log("error", `the broker does not take ${why}; others that it does not take are counted only`),
    });
  }

  begin(): void {
    const { link, topics, clock, before, gateway } = this.#options;
    for (const told of before?.values ?? []) this.#state.heard(told);
    // What has changed since, and values that the one before was not to tell.
    if (before) for (const told of gateway.events.after(0).events) this.#heard(told);
    this.#ends.push(
      link.subscribe(topics.status, (message) => this.#contradict(message)),
      clearLeftBehind({
        ...{ link, clock, filters: topics.keptFilters },
        has: (topic) => this.#state.has(topic),
        clear: (topic) => this.#publisher.change([topic]),
      }),
    );
    this.#publisher.begin();
  }

  /** These Things have come, have gone, or are others now. */
  thingsChanged(names: Iterable<string>): void {
    this.#publisher.change(this.#state.forget(new Set(names)));
  }

  /** What is true of the gateway at the end is told, and that it is offline; bounded, whatever the broker does. */
  async end(why: string): Promise<void> {
    const { clock, link } = this.#options;
    await this.#publisher.rest(lastMs);
    this.#publisher.close();
    for (const end of this.#ends.splice(0)) end();
    this.#contradicting?.cancel();
    this.#state.status = { status: "offline", reason: why };
    if (!link.connected) return;
    await new Promise<void>((resolve) => {
      const late = clock.after(lastMs, resolve);
      // Then the will tells it, later.
      const told = link.publish(this.#state.message(this.#options.topics.status)).catch(() => {});
      void told.then(() => {
        late.cancel();
        resolve();
      });
    });
  }

  /** Once it has ended. */
  get left(): Left {
    return { place: this.#publisher.place, values: this.#state.values };
  }

  /** What the broker tells when it has lost this gateway. */
  get will(): OutMessage {
    const { topics, link } = this.#options;
    const lost = { status: "offline", reason: "the connection was lost" } as const;
    // Of the connection that is about to be made.
    const payload = this.#state.statusText(lost, link.connections + 1);
    return { topic: topics.status, payload, retain: true, properties: { contentType: "application/json" } };
  }

  get probe(): Probe {
    const { link } = this.#options;
    return {
      name: "mqtt",
      // The bench works without it, and no start would bring it back.
      restartHelps: false,
      check: () => link.error ?? this.#silence,
      figures: () => {
        const { connected, connections, inFlight, behind, missed, sent, refused } = this.figures;
        return {
          ...{ connected: Number(connected), connections, inFlight, behindEvents: behind },
          ...{ missedEvents: missed, sentMessages: sent, refusedMessages: refused },
        };
      },
    };
  }

  /** A connection that is alive and takes nothing is none. */
  get #silence(): string | undefined {
    const ms = this.#publisher.silentMs;
    if (ms < silentMs) return undefined;
    return `the broker has confirmed nothing for ${Math.round(ms / 1000)} s: look into its log`;
  }

  get figures(): BrokerFigures {
    const { connected, connections, inFlight } = this.#options.link;
    const { behind, missed, sent, refused } = this.#publisher;
    return { connected, connections, inFlight, behind, missed, sent, refused };
  }

  #heard(told: NumberedEvent): string | undefined {
    const { event } = told;
    if (event.kind === "configuration") {
      this.thingsChanged([...event.added, ...event.removed, ...event.changed]);
      this.#publisher.change(this.#state.interlocksChanged());
    }
    return this.#state.heard(told);
  }

  #messageOf(told: NumberedEvent): OutMessage | undefined {
    const { topics, seen, gateway } = this.#options;
    const what = toldBy(told);
    const topic = what && topics.of(what);
    const payload = topic === undefined ? undefined : seen.event(told);
    if (topic === undefined || payload === undefined) return undefined;
    // Who has it already knows it again by that.
    const userProperties = { id: `${gateway.events.epoch}-${told.number}` };
    return { topic, payload, properties: { contentType: "application/json", userProperties } };
  }

  #gap(missed: number, after: number): OutMessage {
    const { topics, seen, gateway } = this.#options;
    // How much happens is the business of who may know of all.
    const told = { why: "too_old", missed: seen.all ? missed : null, after, epoch: gateway.events.epoch };
    const properties = { contentType: "application/json" };
    return { topic: `${topics.base}/gap`, payload: JSON.stringify(told), properties };
  }

  /** The will of a connection that is no more comes late; and another gateway may be called the same. */
  #contradict({ payload }: InMessage): void {
    const { gateway, clock, topics } = this.#options;
    const { status, epoch, connection } = statusIn(Buffer.from(payload).toString("utf8"));
    if (this.#state.status.status !== "online") return;
    const foreign = typeof epoch === "string" && epoch !== gateway.events.epoch;
    if (foreign && typeof connection === "number") this.#heardOfOther(epoch, connection);
    if (status === "online" && !foreign) return;
    this.#contradicting ??= clock.after(contradictMs, () => {
      this.#contradicting = undefined;
      this.#publisher.change([topics.status]);
    });
  }

  /**
   * What an earlier run has told is kept by the broker, and may come back with what that restores after a power cut. Who has
   * made a connection since he was heard last is somebody else.
   */
  #heardOfOther(epoch: string, connection: number): void {
    const before = this.#other;
    this.#other = { epoch, connection };
    if (before?.epoch === epoch && connection > before.connection) this.#options.link.contested();
  }
}

function toldBy({ event }: NumberedEvent): Told | undefined {
  if (event.kind === "event") return { kind: "event", thing: event.thing, name: event.name };
  if (event.kind !== "invocation" && event.kind !== "progress") return undefined;
  return { kind: "action", thing: event.thing, name: event.action };
}
