import { batch, type Signal, signal } from "@preact/signals";
import type { Connection } from "../../src/client/connection.ts";
import { RefusedError } from "../../src/client/errors.ts";
import { type BenchEvent, follow, type StreamDetail, type StreamState } from "../../src/client/events.ts";
import { apply } from "./apply.ts";
import { Gathered } from "./gathered.ts";
import { type Health, healthy } from "./health.ts";
import type { InvocationState } from "./invocation-state.ts";
import { load } from "./load.ts";
import { type Keeping, OwnLeases } from "./own-leases.ts";
import type { About, Alarm, EmergencyStop, Interlock, Lease, Prompt } from "./shapes.ts";
import { Stop } from "./stop.ts";
import type { ThingState } from "./thing-state.ts";

/** Until it is tried again to read a gateway that answers, and then does not. */
const retryMs = 2000;

const nowhere = (): Keeping => ({ getItem: () => null, setItem() {} });

/** Of the connection on which events come. */
export interface Link {
  readonly state: "connecting" | "live" | "lost";
  /** Since when it is so; by the browser's clock. */
  readonly since: number;
  readonly detail: string;
}

/** The bench as this page knows it by now: read at the start and after every gap, told of by events from then on. */
export class Bench {
  readonly connection: Connection;
  readonly link: Signal<Link> = signal({ state: "connecting", since: Date.now(), detail: "" });
  readonly about = signal<About | undefined>(undefined);
  readonly things = signal<ReadonlyMap<string, ThingState>>(new Map());
  /** All that have not ended, and the latest that have. */
  readonly invocations = signal<ReadonlyMap<string, InvocationState>>(new Map());
  readonly prompts = signal<readonly Prompt[]>([]);
  readonly leases = signal<readonly Lease[]>([]);
  readonly interlocks = signal<ReadonlyMap<string, Interlock>>(new Map());
  readonly alarms = signal<ReadonlyMap<string, Alarm>>(new Map());
  readonly emergencyStop = signal<EmergencyStop>({ stopped: false, at: null, by: null });
  /** How the gateway itself is. */
  readonly health = signal<Health>(healthy);
  /** Grows whenever Things have come, gone, or were opened anew in another form. */
  readonly revision = signal(0);
  /** A token is wanted, or this one has ended. */
  readonly refused = signal<RefusedError | undefined>(undefined);
  /** How far the gateway's clock is ahead of the browser's; ms. */
  readonly clockAhead = signal(0);
  readonly #listeners = new Set<(event: BenchEvent) => void>();

  readonly stop: Stop;
  /** Those that were taken on this page. */
  readonly ownLeases: OwnLeases;

  /** `storage` is for what this tab has to know after a reload; it may throw. Nothing is kept unless told. */
  constructor(connection: Connection, storage: () => Keeping = nowhere) {
    this.connection = connection;
    this.stop = new Stop(connection);
    this.ownLeases = new OwnLeases(storage);
  }

  /** What to send with whatever changes something: under which leases it is asked for. */
  leaseHeaders(): Readonly<Record<string, string>> {
    return this.ownLeases.headers();
  }

  /** Now, by the gateway's clock; ms since 1970. */
  now(): number {
    return Date.now() + this.clockAhead.value;
  }

  /** `heard` gets every event, a gap aside; returns how to be told no more. */
  listen(heard: (event: BenchEvent) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** Who has signed out leaves nothing behind for whoever comes next. */
  forget(): void {
    batch(() => {
      this.link.value = { state: "connecting", since: Date.now(), detail: "" };
      this.about.value = undefined;
      this.things.value = new Map();
      this.invocations.value = new Map();
      this.prompts.value = [];
      this.leases.value = [];
      this.interlocks.value = new Map();
      this.alarms.value = new Map();
      this.emergencyStop.value = { stopped: false, at: null, by: null };
      this.health.value = healthy;
    });
  }

  /** Follows the bench until it is aborted, or the gateway wants a token: `refused` says so then. */
  async follow(signal: AbortSignal): Promise<void> {
    this.refused.value = undefined;
    while (!signal.aborted && this.refused.peek() === undefined) {
      this.#linked("connecting", "");
      try {
        await this.#followOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof RefusedError) this.refused.value = error;
        else this.#linked("lost", error instanceof Error ? error.message : String(error));
      }
      if (!signal.aborted && this.refused.peek() === undefined) await new Promise((go) => setTimeout(go, retryMs));
    }
  }

  /** Ends when what is there cannot be read, or events are refused. What breaks off meanwhile goes on where it was. */
  async #followOnce(signal: AbortSignal): Promise<void> {
    const round = new AbortController();
    const until = AbortSignal.any([signal, round.signal]);
    const gathered = new Gathered((events) => this.#apply(events));
    let known = false;
    /** Events wait until what they change was read. */
    const read = async () => {
      gathered.hold();
      try {
        await load(this, until);
        known = true;
        this.#linked("live", "");
        gathered.release();
      } catch (error) {
        round.abort(error);
      }
    };
    const onState = (state: StreamState, { why = "" }: StreamDetail) => {
      if (state !== "open") this.#linked(state, why);
      else if (known) this.#linked("live", "");
      else void read();
    };
    try {
      for await (const event of follow(this.connection, { signal: until, onState })) {
        if (event.kind === "configuration") this.revision.value++;
        if (event.kind === "gap" || event.kind === "configuration") void read();
        else gathered.push(event);
      }
      round.signal.throwIfAborted();
    } finally {
      gathered.drop();
      round.abort();
    }
  }

  #apply(events: readonly BenchEvent[]): void {
    batch(() => {
      for (const event of events) {
        apply(this, event);
        for (const heard of this.#listeners) heard(event);
      }
    });
  }

  #linked(state: Link["state"], detail: string): void {
    const before = this.link.peek();
    // It is lost until it is there again, however often that is tried.
    const same = before.state === state || (before.state === "lost" && state === "connecting");
    if (!same) this.link.value = { state, since: Date.now(), detail };
    else if (state === "lost" && before.detail !== detail) this.link.value = { ...before, detail };
  }
}
