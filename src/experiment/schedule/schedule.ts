import type { Invocation } from "../../invocation/invocation.ts";
import { isTerminal } from "../../invocation/state.ts";
import { cut } from "../../readable.ts";
import type { Beat, Moment } from "./beat.ts";
import type { ScheduleConfig } from "./schedule-config.ts";
import type { Prepared, Starter } from "./starter.ts";

/** Who keeps a schedule from beginning anything, and since when; wall clock, milliseconds. */
export interface Pause {
  readonly by: string;
  readonly at: number;
}

/** That it has begun something, or why it has not; wall clock, milliseconds. */
export interface Occurrence {
  readonly at: number;
  /** What has begun; undefined when it was left out. */
  readonly invocation: Invocation | undefined;
  /** Why it was left out. */
  readonly reason: string | undefined;
}

interface Options {
  readonly beat: Beat;
  readonly starter: Starter;
  /** Told of each time that has come, while it is not paused. */
  come(schedule: Schedule, occurrence: Occurrence): void;
}

/** Of what a driver may have said. */
const maxReason = 500;

/** Something that begins by itself: when its time has come, unless it is paused, goes on still, or cannot begin at once. */
export class Schedule {
  readonly name: string;
  readonly config: ScheduleConfig;
  readonly beat: Beat;
  pause: Pause | undefined;
  /** The names of the Things that it is about, as far as it was read last; undefined where nobody can tell. */
  things: readonly string[] | undefined;
  /** The latest of each kind. */
  started: Occurrence | undefined;
  skipped: Occurrence | undefined;
  readonly #options: Options;
  #starting = false;
  #ended = false;

  constructor(config: ScheduleConfig, options: Options) {
    this.name = config.name;
    this.config = config;
    this.beat = options.beat;
    this.things = config.job.kind === "action" ? [config.job.thing] : undefined;
    this.#options = options;
  }

  /** What it has begun, and has not ended. */
  get running(): Invocation | undefined {
    const { invocation } = this.started ?? {};
    return invocation && !isTerminal(invocation.status) ? invocation : undefined;
  }

  /** Find out which Things it is about. Throws what keeps its procedure from being read. */
  async look(): Promise<void> {
    await this.#prepare();
  }

  /** It takes the place of that one: whoever has paused it has, and what goes on is not begun twice. */
  takeUp(before: Schedule | undefined): void {
    this.pause = before?.pause;
    this.started = before?.started;
    this.skipped = before?.skipped;
  }

  begin(): void {
    this.beat.begin((moment) => void this.#come(moment));
  }

  end(): void {
    this.#ended = true;
    this.beat.end();
  }

  async #come({ missed }: Moment): Promise<void> {
    if (this.pause) return;
    const { running } = this;
    if (missed !== undefined) this.#skip(missed);
    else if (running) this.#skip(`what it began before goes on still (${running.id})`);
    else if (this.#starting) this.#skip("what it is to begin is still being read");
    else await this.#start();
  }

  /** Never rejects. */
  async #start(): Promise<void> {
    this.#starting = true;
    try {
      // It may be another version by now.
      const prepared = await this.#prepare();
      // Somebody has paused it, or benchd ends, while it was read.
      if (this.pause || this.#ended) return;
      const invocation = prepared.start(`schedule ${this.name}`);
      this.started = { at: Date.now(), invocation, reason: undefined };
      this.#options.come(this, this.started);
    } catch (error) {
      this.#skip(error instanceof Error ? error.message : String(error));
    } finally {
      this.#starting = false;
    }
  }

  async #prepare(): Promise<Prepared> {
    const prepared = await this.#options.starter.prepare(this.config.job);
    this.things = prepared.things;
    return prepared;
  }

  #skip(reason: string): void {
    this.skipped = { at: Date.now(), invocation: undefined, reason: cut(reason, maxReason) };
    this.#options.come(this, this.skipped);
  }
}
