import type { BenchEvent, NumberedEvent } from "../events/event.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Interlock } from "../gateway/interlock.ts";
import type { Connection } from "./connection.ts";
import type { OutMessage } from "./link.ts";
import type { Seen } from "./seen.ts";
import type { Told, Topics } from "./topics.ts";

/** How the gateway is, for those who only see its broker. */
export interface GatewayStatus {
  readonly status: "online" | "offline";
  /** Why it is offline. */
  readonly reason: string | null;
}

interface Parts {
  readonly gateway: Pick<Gateway, "events" | "emergencyStop" | "interlocks" | "installation" | "version">;
  readonly link: Pick<Connection, "connections">;
  readonly topics: Topics;
  readonly seen: Seen;
}

const json = { contentType: "application/json" };

/** What a broker keeps of a bench for those who come later: how each thing is now. */
export class KeptState {
  status: GatewayStatus = { status: "online", reason: null };
  readonly #parts: Parts;
  /** By topic: the value that was told last. As many as the Things have properties. */
  readonly #values = new Map<string, NumberedEvent>();
  /** Topics of interlocks, as the configuration had them last. */
  #interlocks: readonly string[];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#interlocks = this.#interlockTopics();
  }

  /** The topic of what has changed; undefined for what is not kept. */
  heard(told: NumberedEvent): string | undefined {
    const { event } = told;
    const what = changedBy(event);
    if (what && !this.#mayTell(what)) return undefined;
    const topic = what && this.#parts.topics.of(what);
    if (topic === undefined || event.kind !== "property") return topic;
    // What comes late of a Thing that is gone would stay for ever.
    if (!this.#parts.seen.things.has(event.thing)) return undefined;
    this.#values.set(topic, told);
    return topic;
  }

  /** The interlocks may be others. Returns the topics of those that were, and of those that are. */
  interlocksChanged(): readonly string[] {
    const before = this.#interlocks;
    this.#interlocks = this.#interlockTopics();
    return [...before, ...this.#interlocks];
  }

  /** These Things are gone, or are others: nothing holds that was told of them. Returns their topics. */
  forget(things: ReadonlySet<string>): readonly string[] {
    const { topics, seen } = this.#parts;
    const values = [...this.#values].filter(([, { event }]) => event.kind === "property" && things.has(event.thing));
    for (const [topic] of values) this.#values.delete(topic);
    const told = [...things].filter((thing) => seen.sees(thing));
    const rest = told.flatMap((thing) => [
      topics.of({ kind: "description", thing }),
      topics.of({ kind: "state", thing }),
    ]);
    return [...values.map(([topic]) => topic), ...rest, topics.of({ kind: "things" })].filter(
      (one) => one !== undefined,
    );
  }

  /** The values that were told last. */
  get values(): readonly NumberedEvent[] {
    return [...this.#values.values()];
  }

  /** All that there is to be kept. The status is the first. */
  topics(): readonly string[] {
    const { topics, seen } = this.#parts;
    const all: readonly Told[] = [
      ...([{ kind: "status" }, { kind: "things" }, { kind: "emergencyStop" }] as const),
      ...[...seen.things.keys()].flatMap((thing) => [
        { kind: "description", thing } as const,
        { kind: "state", thing } as const,
      ]),
    ];
    const known = all.map((told) => topics.of(told)).filter((topic) => topic !== undefined);
    return [...known, ...this.#interlockTopics(), ...this.#values.keys()];
  }

  /** What is to be kept there; an empty payload when nothing is any more. */
  message(topic: string): OutMessage {
    const told = this.#parts.topics.kept(topic);
    const payload = told && this.#payload(told, topic);
    if (payload === undefined) return { topic, payload: "", retain: true };
    const contentType = told?.kind === "description" ? "application/td+json" : json.contentType;
    return { topic, payload, retain: true, properties: { contentType } };
  }

  /** Whether something is to be kept there. */
  has(topic: string): boolean {
    return this.message(topic).payload !== "";
  }

  #payload(told: Told, topic: string): string | undefined {
    const { gateway, seen } = this.#parts;
    switch (told.kind) {
      case "status":
        return this.statusText(this.status, this.#parts.link.connections, new Date());
      case "things":
        return JSON.stringify([...seen.things.keys()]);
      case "emergencyStop": {
        const { latch } = gateway.emergencyStop;
        const by = seen.text(latch?.by ?? null);
        return JSON.stringify({
          stopped: latch !== undefined,
          by,
          at: latch ? new Date(latch.at).toISOString() : null,
        });
      }
      case "interlock":
        return this.#interlock(gateway.interlocks.all.find(({ name }) => name === told.name));
      case "description": {
        const thing = seen.things.get(told.thing);
        return thing && seen.description(thing);
      }
      case "state": {
        const thing = seen.things.get(told.thing);
        if (!thing) return undefined;
        const { title, state, reason = null } = thing;
        return JSON.stringify({ title, state, reason: seen.text(reason) });
      }
      default: {
        const value = this.#values.get(topic);
        return value && seen.event(value);
      }
    }
  }

  /** `connection` counts those of this run. `at` is when it is so; nobody knows when a will is told. */
  statusText({ status, reason }: GatewayStatus, connection: number, at?: Date): string {
    const { installation, version, events } = this.#parts.gateway;
    const told = at?.toISOString() ?? null;
    return JSON.stringify({ status, reason, at: told, installation, version, epoch: events.epoch, connection });
  }

  #interlock(interlock: Interlock | undefined): string | undefined {
    const { seen } = this.#parts;
    if (!interlock || !this.#toldOf(interlock)) return undefined;
    const { name, trip, watch, objection = null } = interlock;
    const things = interlock.things.filter((thing) => seen.sees(thing));
    const condition = watch.condition.state;
    return JSON.stringify({ name, things, tripped: trip !== undefined, condition, reason: seen.text(objection) });
  }

  /** Of what is kept from the broker, not even the topic is. */
  #mayTell(told: Told): boolean {
    const { seen, gateway } = this.#parts;
    if ("thing" in told) return seen.sees(told.thing);
    if (told.kind !== "interlock") return true;
    return gateway.interlocks.all.some((one) => one.name === told.name && this.#toldOf(one));
  }

  #interlockTopics(): readonly string[] {
    const { gateway, topics } = this.#parts;
    const told = gateway.interlocks.all.filter((one) => this.#toldOf(one));
    return told.map(({ name }) => topics.of({ kind: "interlock", name })).filter((topic) => topic !== undefined);
  }

  #toldOf({ things }: Interlock): boolean {
    const { seen } = this.#parts;
    return seen.all || things.some((thing) => seen.sees(thing));
  }
}

function changedBy(event: BenchEvent): Told | undefined {
  switch (event.kind) {
    case "property":
      return { kind: "property", thing: event.thing, name: event.name };
    case "thingState":
      return { kind: "state", thing: event.thing };
    case "emergencyStop":
      return { kind: "emergencyStop" };
    case "interlock":
      return { kind: "interlock", name: event.name };
    default:
      return undefined;
  }
}
