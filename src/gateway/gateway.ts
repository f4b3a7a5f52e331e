import { type Asker, named } from "../asker.ts";
import { ambient } from "../context.ts";
import { didYouMean } from "../did-you-mean.ts";
import { NotFoundError } from "../errors.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Experiments } from "../experiment/experiments.ts";
import { Invocation } from "../invocation/invocation.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { AuditTrail } from "../journal/audit.ts";
import type { KeptBlobs } from "../journal/blobs/kept-blobs.ts";
import type { SqliteJournal } from "../journal/sqlite-journal.ts";
import type { Thing } from "../thing/thing.ts";
import type { Transcript } from "../transcript.ts";
import type { About } from "./about.ts";
import { assemble, type GatewayParts } from "./assemble.ts";
import type { Config } from "./config/config.ts";
import { type EffectiveSetting, effectiveSettings } from "./config/effective.ts";
import type { DryRuns } from "./dry-run/dry-runs.ts";
import type { EmergencyStop } from "./emergency-stop.ts";
import type { Figures } from "./figures.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import type { Health } from "./health.ts";
import type { Interlocks } from "./interlocks.ts";
import type { Keys } from "./keys.ts";
import type { Leases } from "./leases.ts";
import { noteStop } from "./lifetimes.ts";
import type { MockFaults } from "./mock-faults.ts";
import { openThings } from "./open-things.ts";
import type { Reloads } from "./reload/reloads.ts";
import { resume } from "./resume.ts";
import { endingMs, shutDown } from "./shut-down.ts";
import type { Tally } from "./tally.ts";
import { statusOf, type ThingStatus } from "./thing-status.ts";
import type { Timeline } from "./timeline/timeline.ts";
import type { Traffic } from "./traffic.ts";
import { transcriptOf } from "./transcript.ts";
import type { WallClock } from "./wall-clock.ts";

/** Which Things exist, and what holds for all of them. */
export class Gateway {
  readonly things: ReadonlyMap<string, Thing>;
  readonly emergencyStop: EmergencyStop;
  readonly interlocks: Interlocks;
  readonly leases: Leases;
  readonly audit: AuditTrail;
  /** What happens on it, for those who want to be told. */
  readonly events: EventLog;
  /** What invocations have made that is no JSON. */
  readonly blobs: Pick<KeptBlobs, "open" | "makerOf" | "extent">;
  readonly invocations: Pick<Scheduler, "find" | "list">;
  /** A UUID that tells this bench from every other. */
  readonly installation: string;
  /** What is done with its Things over a longer time. */
  readonly experiments: Experiments;
  /** What procedures would come to on it. */
  readonly dryRuns: DryRuns;
  /** What its clients may repeat, and is done once. */
  readonly keys: Keys;
  /** On a mock bench: what can go wrong with its simulated devices. */
  readonly mockFaults: MockFaults | undefined;
  /** Whether it does what it is there for; others may add probes of their own. */
  readonly health: Health;
  /** What else is told to Prometheus; others may add figures of their own. */
  readonly figures: Figures;
  /** How many invocations have ended, and how. */
  readonly tally: Tally;
  /** What is known of the machine's time. */
  readonly wallClock: WallClock;
  /** What was written of what is done. */
  readonly journal: Pick<SqliteJournal, "counts" | "failure" | "sizes" | "waitingToBeWritten">;
  /** Why nothing was opened; undefined in ordinary life. */
  readonly safeMode: string | undefined;
  /** Of benchd. */
  readonly version: string;
  /** What it is, and since when. */
  readonly about: About;
  /** What was done when. */
  readonly timeline: Timeline;
  /** What goes over the wires. */
  readonly traffic: Traffic;
  /** Reads its configuration again. */
  readonly reloads: Reloads;
  readonly #parts: GatewayParts;
  #closing: Promise<void> | undefined;
  #beginning: Promise<boolean> | undefined;
  #begun = (_: boolean): void => {};

  private constructor(parts: GatewayParts) {
    this.#beginning = new Promise((resolve) => {
      this.#begun = resolve;
    });
    this.#parts = parts;
    this.things = parts.things;
    this.emergencyStop = parts.emergencyStop;
    this.interlocks = parts.interlocks;
    this.leases = parts.leases;
    this.audit = parts.audit;
    this.events = parts.events;
    this.blobs = parts.blobs;
    this.invocations = parts.scheduler;
    this.installation = parts.installation;
    this.experiments = parts.experiments;
    this.dryRuns = parts.dryRuns;
    this.keys = parts.keys;
    this.mockFaults = parts.mockFaults;
    this.health = parts.health;
    this.figures = parts.figures;
    this.tally = parts.tally;
    this.wallClock = parts.wallClock;
    this.journal = parts.journal;
    this.safeMode = parts.safeMode;
    this.version = parts.version;
    this.about = parts.about;
    this.timeline = parts.timeline;
    this.traffic = parts.traffic;
    this.reloads = parts.reloads;
  }

  /** How often Things have come or gone. */
  get revision(): number {
    return this.#parts.reloads.revision;
  }

  /** What holds, with all that the configuration leaves out; without secrets. */
  settings(): readonly EffectiveSetting[] {
    const { config, transcribed } = this.#parts.setup.now;
    return effectiveSettings(config, new Map(transcribed.map((one) => [one.thing.name, one.config])));
  }

  /** As it was read last. */
  get config(): Config {
    return this.#parts.setup.now.config;
  }

  /** Build every Thing of the configuration and open them, side by side. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = await Gateway.build(options);
    await gateway.begin();
    return gateway;
  }

  /** Build every Thing of the configuration; none is opened before `begin`, and nothing may be asked of them. */
  static async build(options: GatewayOptions): Promise<Gateway> {
    return new Gateway(await assemble(options));
  }

  /** Open them, side by side, and take work; once. */
  async begin(): Promise<void> {
    const { things, interlocks, journal, safeMode, processClock } = this.#parts;
    try {
      if (safeMode === undefined) await openThings(things.values(), processClock);
      else for (const thing of things.values()) thing.keepClosed(safeMode);
      if (safeMode === undefined) await interlocks.begin();
      resume({ things, journal, clock: processClock });
      if (safeMode === undefined) this.experiments.begin();
      this.#beginning = undefined;
      this.#begun(true);
    } finally {
      this.#begun(false);
    }
  }

  /** Until it has begun: whether it has, in the end. */
  get beginning(): Promise<boolean> | undefined {
    return this.#beginning;
  }

  /** It is to end, before it has begun: who waits for that is told so. */
  giveUp(): void {
    this.#begun(false);
  }

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Throws `NotFoundError`. */
  thing(name: string): Thing {
    const thing = this.things.get(name);
    if (!thing) throw new NotFoundError(`there is no Thing ${name}${didYouMean(name, this.things.keys())}`);
    return thing;
  }

  /** Resolves when an invocation would be remembered after the process was killed, or cannot be written down. */
  async acknowledged(invocation: InvocationRecord): Promise<void> {
    if (invocation instanceof Invocation) await this.#parts.journal.acknowledged(invocation);
  }

  /** End an invocation on behalf of a client; throws `NotFoundError`, or `NotAllowedError` when it has ended. */
  async cancel(id: string, by: Asker): Promise<void> {
    const invocation = await this.#parts.scheduler.find(id);
    if (!invocation) throw new NotFoundError(`there is no invocation ${id}`);
    this.#parts.scheduler.cancel(invocation, "client", named(by).name);
    const { thing, action } = invocation;
    this.audit.note({ by, what: "action.cancelled", thing, detail: action });
    // Else a kill right now could let it begin after the next start.
    if (invocation instanceof Invocation && invocation.restartWithinMs !== undefined)
      await this.#parts.journal.acknowledged(invocation);
  }

  /** What went over the wires while an invocation ran; throws `NotFoundError`. */
  async transcript(id: string): Promise<Transcript> {
    const invocation = await this.#parts.scheduler.find(id, "history");
    if (!invocation) throw new NotFoundError(`there is no invocation ${id}`);
    return transcriptOf(invocation, this.#parts.setup.now.transcribed);
  }

  /** What nobody has caught: when it was thrown by a driver's work, its Thing is faulted; false when nobody knows whose it was. */
  blame(error: unknown): boolean {
    const thing = this.things.get(ambient()?.work.thing ?? "");
    thing?.fail(error);
    return thing !== undefined;
  }

  /** How long what runs may take to end once it is asked to, to be left safe, and closed; milliseconds. */
  get endingMs(): number {
    return endingMs(this.things.values());
  }

  states(): Readonly<Record<string, ThingStatus>> {
    return Object.fromEntries([...this.things].map(([name, thing]) => [name, statusOf(thing)]));
  }

  /**
   * End what runs by the ladder, close every device, leave them safe. Called again with `graceMs: 0` it hurries; why it
   * ends is what was said first.
   */
  close({ graceMs, why }: { readonly graceMs?: number; readonly why?: string } = {}): Promise<void> {
    if (!this.#closing) noteStop(this.audit, why);
    this.#begun(false);
    this.experiments.end();
    const ended = this.#parts.scheduler.close(graceMs);
    this.#closing ??= ended.then(() => shutDown(this.#parts));
    return this.#closing;
  }
}
