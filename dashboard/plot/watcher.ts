import type { Timer } from "../../src/client/clock.ts";
import type { Connection } from "../../src/client/connection.ts";
import { type BenchEvent, follow, type StreamState } from "../../src/client/events.ts";
import { type Line, numberIn } from "./line.ts";
import { Series } from "./series.ts";

/** What is asked, as far as this has to know it. */
export interface Watchable {
  readonly connection: Connection;
  /** By the gateway's clock; ms since 1970. */
  now(): number;
  /** Before the paths of Things. */
  prefix(): string;
}

/** The longest window, and some more. */
const keepMs = 65 * 60_000;
/** What nobody looks at any more is kept for who comes back: so many lines. */
const maxKept = 40;
/** What the gateway does not observe is read so often. */
const readEveryMs = 5000;
/** A connection that has died in silence is noticed after so long: what held meanwhile is not known. */
const silenceMs = 45_000;
/** An event that is told so late is none of before: the gateway's clock was set. */
const setBackMs = 60_000;
const retryMs = 5000;
/** Who looks at several lines says so at once. */
const gatherMs = 20;

interface Watched {
  readonly line: Line;
  readonly series: Series;
  users: number;
}

/** Of one line: what is known of it goes on as long as it is not stopped. */
export interface Watching {
  readonly series: Series;
  stop(): void;
}

/**
 * Has the gateway observe what somebody looks at, on one stream for all of it, as a browser has few connections. A value
 * is taken to hold only while its Thing is ready and the stream is there, which began with reading it.
 */
export class Watcher {
  readonly #bench: Watchable;
  readonly #lines = new Map<string, Watched>();
  #following: { readonly things: string; readonly end: AbortController } | undefined;
  #gathering: Timer | undefined;
  #reading: Timer | undefined;
  /** Since when the stream is there; undefined while it is not. What is told of before is repeated. */
  #openSince: number | undefined;
  /** The time of what was told last. */
  #heardAt = 0;

  constructor(bench: Watchable) {
    this.#bench = bench;
  }

  watch(line: Line): Watching {
    const watched = this.#lines.get(line.key) ?? { line, series: new Series({ keepMs }), users: 0 };
    // The latest is the last: the first are let go of.
    this.#lines.delete(line.key);
    this.#lines.set(line.key, watched);
    this.#dropOld();
    if (watched.users++ === 0) {
      this.#gather();
      if (this.#openSince !== undefined) void this.#read([watched]);
    }
    let stopped = false;
    return {
      series: watched.series,
      stop: () => {
        if (stopped) return;
        stopped = true;
        if (--watched.users > 0) return;
        watched.series.break(this.#bench.now());
        this.#gather();
      },
    };
  }

  get #used(): readonly Watched[] {
    return [...this.#lines.values()].filter(({ users }) => users > 0);
  }

  #dropOld(): void {
    let tooMany = this.#lines.size - maxKept;
    for (const [key, { users }] of this.#lines) {
      if (tooMany <= 0) return;
      if (users > 0) continue;
      this.#lines.delete(key);
      tooMany--;
    }
  }

  #gather(): void {
    this.#gathering ??= this.#bench.connection.clock.after(gatherMs, () => {
      this.#gathering = undefined;
      this.#reconcile();
    });
  }

  /** One stream, of the Things that are looked at now. */
  #reconcile(): void {
    const things = [...new Set(this.#used.map(({ line }) => line.thing))].sort();
    const named = things.join(" ");
    if (this.#following?.things !== named) {
      this.#following?.end.abort();
      this.#openSince = undefined;
      this.#following = undefined;
      if (things.length > 0) {
        const end = new AbortController();
        this.#following = { things: named, end };
        void this.#follow(things, end.signal);
      }
    }
    this.#readNow();
  }

  async #follow(things: readonly string[], signal: AbortSignal): Promise<void> {
    const onState = (state: StreamState) => {
      if (signal.aborted) return;
      if (state === "open") {
        this.#openSince = this.#bench.now();
        void this.#read(this.#used);
      } else if (state === "lost") this.#lost();
    };
    while (!signal.aborted) {
      try {
        const kinds = ["property", "thingState"] as const;
        for await (const event of follow(this.#bench.connection, { things, kinds, signal, onState }))
          this.#heard(event);
      } catch {
        // Refused: a Thing is not there any more, or whoever looks is nobody any more. The page says so elsewhere.
        if (!signal.aborted) this.#lost();
      }
      if (!signal.aborted) await new Promise<void>((go) => void this.#bench.connection.clock.after(retryMs, go));
    }
  }

  #lost(): void {
    this.#openSince = undefined;
    this.#breakAll();
  }

  #breakAll(): void {
    const since = Math.max(this.#heardAt, this.#bench.now() - silenceMs);
    for (const { series } of this.#used) series.break(since);
  }

  #heard(event: BenchEvent): void {
    if (event.kind === "gap") {
      this.#breakAll();
      void this.#read(this.#used);
      return;
    }
    const at = Date.parse(event.at);
    this.#heardAt = at;
    if (event.kind === "property")
      for (const watched of this.#used) {
        if (watched.line.thing !== event.thing || watched.line.property !== event.name) continue;
        this.#push(watched, at, event.omitted ? Number.NaN : numberIn(event.value, watched.line.path));
        // Meanwhile nothing was observed: nobody knows for how long it held.
        if (at < (this.#openSince ?? 0)) watched.series.break(at);
      }
    else if (event.kind === "thingState") {
      const concerned = this.#used.filter(({ line }) => line.thing === event.thing);
      if (event.state === "ready") void this.#read(concerned);
      else for (const { series } of concerned) series.break(at);
    }
  }

  #push({ series }: Watched, at: number, value: number): void {
    if ((series.ends ?? at) - at > setBackMs) series.forgetAfter(at);
    series.push(at, value);
  }

  /** What nobody tells of. */
  #readNow(): void {
    this.#reading?.cancel();
    this.#reading = undefined;
    const unobserved = this.#used.filter(({ line }) => !line.observable);
    if (unobserved.length === 0) return;
    this.#reading = this.#bench.connection.clock.after(readEveryMs, () => {
      if (this.#openSince !== undefined) void this.#read(unobserved.filter(({ users }) => users > 0));
      this.#readNow();
    });
  }

  /** How it is now, of each property once. What cannot be read is not known. */
  async #read(all: readonly Watched[]): Promise<void> {
    const properties = new Map<string, Watched[]>();
    for (const watched of all) {
      const path = `${watched.line.thing}/${watched.line.property}`;
      properties.set(path, [...(properties.get(path) ?? []), watched]);
    }
    await Promise.all([...properties].map(([path, lines]) => this.#readOne(path, lines)));
  }

  async #readOne(path: string, lines: readonly Watched[]): Promise<void> {
    const asked = this.#bench.now();
    const value = await this.#bench.connection
      .get(`${this.#bench.prefix()}/${path}`)
      // It is not ready, or gone, or the connection is.
      .catch(() => undefined);
    for (const watched of lines) {
      // Told of meanwhile: that is newer.
      if ((watched.series.ends ?? 0) > asked) continue;
      if (value === undefined) watched.series.break(asked);
      else this.#push(watched, asked, numberIn(value, watched.line.path));
    }
  }
}
