import type { Clock, Timer } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import type { Thing } from "../../thing/thing.ts";
import { Hysteresis } from "../alarm/hysteresis.ts";
import { lookAt, Watch } from "../alarm/watch.ts";
import type { Recording } from "./recording.ts";
import type { RecordingConfig } from "./recording-config.ts";
import type { Recordings } from "./recordings.ts";

interface Options {
  readonly config: RecordingConfig;
  readonly things: ReadonlyMap<string, Thing>;
  /** The bench clock. */
  readonly clock: Clock;
  readonly recordings: Pick<Recordings, "start">;
  log(level: LogLevel, message: string): void;
}

/** How often a condition is looked at; bench milliseconds. */
const lookMs = 1000;
/** What could not be begun is tried again after so long; bench milliseconds. */
const againMs = 60_000;
/** Who has begun them. */
const by = "the configuration";

/**
 * A recording that the configuration wants: from the start of benchd on, or each time that a condition comes to hold, until
 * it does no longer. While nobody knows whether it does, what goes on goes on. When its file is full it goes on in another
 * one; when somebody has stopped it, or its time is over, it is over until benchd starts, or the condition comes to hold, the
 * next time.
 */
export class ConfiguredRecording {
  readonly #options: Options;
  #watch: Watch | undefined;
  #recording: Recording | undefined;
  /** Until it could be begun. */
  #timer: Timer | undefined;
  #failed = false;
  #over = false;

  constructor(options: Options) {
    this.#options = options;
  }

  begin(): void {
    const { config, things, clock } = this.#options;
    const { when } = config;
    if (!when) this.#start();
    const thing = when && things.get(when.thing);
    if (!thing) return;
    const hysteresis = new Hysteresis({ forMs: when.forMs, clearAfterMs: 0, unknownMs: undefined }, false);
    this.#watch = new Watch({
      everyMs: lookMs,
      clock,
      look: () => lookAt(when, thing),
      found: (finding) => {
        if (!hysteresis.judge(clock.now(), finding)) return;
        if (hysteresis.raised) this.#start();
        else this.#stop(finding.why);
      },
    });
    this.#watch.begin();
  }

  /** What it is to record, and when. */
  get config(): RecordingConfig {
    return this.#options.config;
  }

  /** The Things that it has to do with. */
  get things(): readonly string[] {
    const { properties, when } = this.#options.config;
    return [...properties.map(({ thing }) => thing), ...(when ? [when.thing] : [])];
  }

  /** It is no longer wanted: what goes on is ended, and is whole when this resolves. */
  async withdraw(why: string): Promise<void> {
    this.end();
    await this.#recording?.stop(why);
  }

  /** Begin nothing more. What goes on is ended with all others. */
  end(): void {
    this.#over = true;
    this.#watch?.end();
    this.#timer?.cancel();
  }

  #start(): void {
    const { config, recordings, clock, log } = this.#options;
    const { when: _, name, ...rest } = config;
    this.#timer = undefined;
    try {
      const ended = (one: Recording) => this.#ended(one);
      this.#recording = recordings.start({ ...rest, name, configured: name, by, ended });
      this.#failed = false;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Said once, however long it takes.
      if (!this.#failed) log("error", `the recording ${name} cannot be begun, and is tried again: ${why}`);
      this.#failed = true;
      if (!this.#over) this.#timer = clock.after(againMs, () => this.#start());
    }
  }

  #stop(why: string): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const recording = this.#recording;
    this.#recording = undefined;
    void recording?.stop(why);
  }

  #ended({ about: { name, end }, rows }: Recording): void {
    this.#recording = undefined;
    if (this.#over || end?.how !== "full") return;
    // One in which no row has room would be full again at once.
    if (rows > 1) this.#start();
    else this.#options.log("error", `the recording ${name} is over: a row of it is larger than a file may be`);
  }
}
