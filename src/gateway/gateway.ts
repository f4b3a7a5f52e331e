import { type Clock, realClock } from "../clock.ts";
import { ambient, type LogLevel } from "../context.ts";
import { NotFoundError } from "../errors.ts";
import { type Admission, guards } from "../invocation/admission.ts";
import { Invocation } from "../invocation/invocation.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import { Scheduler } from "../invocation/scheduler.ts";
import type { KeptBlobs } from "../journal/blobs/kept-blobs.ts";
import { SqliteJournal } from "../journal/sqlite-journal.ts";
import { StoredSettings } from "../journal/stored-settings.ts";
import type { Thing } from "../thing/thing.ts";
import type { Transcript } from "../transcript.ts";
import { machineUptime } from "../transport/uptime.ts";
import { AuditTrail } from "./audit.ts";
import { openBlobs } from "./blobs.ts";
import { buildThings, takenWith } from "./build-things.ts";
import { EmergencyStop } from "./emergency-stop.ts";
import { Coalescer } from "./events/coalescer.ts";
import { EventLog } from "./events/event-log.ts";
import { InvocationEvents } from "./events/invocation-events.ts";
import { tellOfThings } from "./events/thing-events.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { Handover, handedOn } from "./handover.ts";
import { Health } from "./health.ts";
import { installationOf } from "./installation.ts";
import { Interlocks } from "./interlocks.ts";
import { journalWritable } from "./journal-writable.ts";
import { Keys } from "./keys.ts";
import { lanesAlive } from "./lanes-alive.ts";
import { Leases } from "./leases.ts";
import { MockFaults } from "./mock-faults.ts";
import { resume } from "./resume.ts";
import { noteStart, noteStop, noting } from "./runs.ts";
import { refuseEverything } from "./safe-mode.ts";
import { StateFolder } from "./state-folder.ts";
import { type Transcribed, transcriptOf } from "./transcript.ts";
import { UnknownSettings } from "./unknown-settings.ts";
import { Wires } from "./wires.ts";

/** How a Thing is, for those who look at the whole bench. */
export interface ThingStatus {
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  /** The invocation, or write, that holds its lane. */
  readonly running: string | null;
  readonly queued: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The port listens when every Thing has opened or failed to, or after this time. */
const openPatienceMs = 5000;
const defaultGraceMs = 5000;
/** For stopping, for safe outputs and for closing: each is bounded by itself. */
const closingMs = 25_000;

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
  readonly blobs: Pick<KeptBlobs, "open" | "extent">;
  readonly invocations: Pick<Scheduler, "find" | "list">;
  /** A UUID that tells this bench from every other. */
  readonly installation: string;
  /** What its clients may repeat, and is done once. */
  readonly keys: Keys;
  /** On a mock bench: what can go wrong with its simulated devices. */
  readonly mockFaults: MockFaults | undefined;
  /** Whether it does what it is there for; others may add probes of their own. */
  readonly health: Health;
  /** Why nothing was opened; undefined in ordinary life. */
  readonly safeMode: string | undefined;
  /** Of benchd. */
  readonly version: string;
  readonly #scheduler: Scheduler;
  readonly #wires: Wires;
  readonly #journal: SqliteJournal;
  readonly #blobs: KeptBlobs;
  readonly #transcribed: readonly Transcribed[];
  readonly #handover: Handover;
  readonly #state: StateFolder;
  readonly #telling: Coalescer;
  #closing: Promise<void> | undefined;

  private constructor(parts: {
    things: ReadonlyMap<string, Thing>;
    emergencyStop: EmergencyStop;
    interlocks: Interlocks;
    leases: Leases;
    audit: AuditTrail;
    events: EventLog;
    telling: Coalescer;
    scheduler: Scheduler;
    keys: Keys;
    wires: Wires;
    journal: SqliteJournal;
    blobs: KeptBlobs;
    mockFaults: MockFaults | undefined;
    transcribed: readonly Transcribed[];
    health: Health;
    safeMode: string | undefined;
    version: string;
    handover: Handover;
    state: StateFolder;
    installation: string;
  }) {
    this.things = parts.things;
    this.emergencyStop = parts.emergencyStop;
    this.interlocks = parts.interlocks;
    this.leases = parts.leases;
    this.audit = parts.audit;
    this.events = parts.events;
    this.#telling = parts.telling;
    this.invocations = parts.scheduler;
    this.keys = parts.keys;
    this.mockFaults = parts.mockFaults;
    this.#scheduler = parts.scheduler;
    this.#wires = parts.wires;
    this.#journal = parts.journal;
    this.#blobs = parts.blobs;
    this.blobs = parts.blobs;
    this.#transcribed = parts.transcribed;
    this.safeMode = parts.safeMode;
    this.version = parts.version;
    this.health = parts.health;
    this.health.add(lanesAlive(parts.things));
    this.health.add(journalWritable(parts.journal));
    this.#handover = parts.handover;
    this.#state = parts.state;
    this.installation = parts.installation;
  }

  /** Build every Thing of the configuration and open them, side by side. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const {
      config,
      clock,
      processClock = realClock,
      clockTrusted,
      log,
      suspended,
      safeMode,
      version = "unknown",
    } = options;
    const logGateway = (level: LogLevel, message: string) => log("", level, message);
    const state = await StateFolder.open({ path: config.stateDirectory, clock: processClock, log: logGateway });

    const things = new Map<string, Thing>();
    const ready: Admission = { admit: ({ thing, urgent }) => things.get(thing)?.assertAdmits(urgent) };
    const emergencyStop = new EmergencyStop();
    const interlocks = new Interlocks();
    const leases = new Leases();
    const unknownSettings = new UnknownSettings();
    const closed = safeMode === undefined ? [] : [refuseEverything(safeMode)];
    const journal = new SqliteJournal({
      file: state.path("history.db"),
      clock: processClock,
      history: config.history,
      clockTrusted,
      uptime: options.uptime ?? machineUptime().now,
      connect: options.connect,
      log: logGateway,
    });
    const audit = new AuditTrail({ store: journal.audit, clockTrusted: clockTrusted ?? (() => false) });
    noteStart(audit, journal.audit, options);
    const events = new EventLog({
      failed: (error) => logGateway("error", `one who listens to events failed: ${error}`),
    });
    const telling = new Coalescer(events, processClock);
    const blobs = await openBlobs({
      ...{ folder: state.path("blobs"), bounds: config.blobs, historyDays: config.history?.days },
      ...{ journal, clock: processClock, clockTrusted, log: logGateway },
    });
    const scheduler = new Scheduler({
      clock,
      processClock,
      journal,
      blobs,
      admission: guards(...closed, emergencyStop, interlocks, leases, unknownSettings, ready),
      ...(clockTrusted && { clockTrusted }),
      watcher: new InvocationEvents(telling),
      log,
      suspended,
      ended: (invocation) => {
        const { delivery } = invocation;
        blobs.settled(invocation);
        // Each that has an amount of its own in it.
        const uncertain = delivery.filter((amount) => amount.uncertain > 0).map(({ thing }) => thing);
        for (const thing of new Set(uncertain)) void things.get(thing)?.reconcile();
      },
    });
    const keys = new Keys({ store: journal.keys, invocations: scheduler, clock: processClock });
    const stored = new StoredSettings(journal, logGateway);
    const formerly = state.path("settings.json");
    if (formerly !== undefined) await stored.takeOver(formerly, logGateway);
    const handover = await Handover.open(state.path(handedOn), logGateway);
    if (safeMode === undefined) await handover.spend();
    const wires = new Wires(options);
    const transcribed = await buildThings(things, {
      ...options,
      ...{ wires, scheduler, settings: noting(stored, audit), handover, emergencyStop },
    });
    tellOfThings(things.values(), telling);
    const common = { scheduler, things, clock, processClock, audit, events: telling, log: logGateway };
    await emergencyStop.restore({ ...common, file: state.file("emergency-stop.json") });
    await interlocks.restore({ ...common, configs: config.interlocks.values(), file: state.file("interlocks.json") });
    await leases.restore({
      ...common,
      file: state.file("leases.json"),
      takenWith: (thing) => takenWith(thing, config, things),
      lost: async (name) =>
        things
          .get(name)
          ?.leaseLost()
          .catch((error: unknown) => log(name, "error", `its outputs after a lost lease: ${error}`)),
    });
    if (safeMode === undefined) unknownSettings.watch({ things, settings: stored, log: logGateway });
    const health = new Health(processClock);
    const mockFaults = options.mock ? new MockFaults({ things, twins: wires.twins, log }) : undefined;
    const guarding = { emergencyStop, interlocks, leases, audit, events, telling };
    const installation = await installationOf(state.file("installation.json"), logGateway);
    const kept = { journal, blobs, transcribed, handover, state };
    const told = { mockFaults, health, safeMode, version, installation };
    const gateway = new Gateway({ things, ...guarding, scheduler, keys, wires, ...kept, ...told });
    if (safeMode === undefined) await gateway.#openThings(processClock);
    else for (const thing of things.values()) thing.keepClosed(safeMode);
    if (safeMode === undefined) await interlocks.begin();
    resume({ things, journal, clock: processClock });
    return gateway;
  }

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Throws `NotFoundError`. */
  thing(name: string): Thing {
    const thing = this.things.get(name);
    if (!thing) throw new NotFoundError(`there is no Thing ${name}`);
    return thing;
  }

  /** Resolves when an invocation would be remembered after the process was killed, or cannot be written down. */
  async acknowledged(invocation: InvocationRecord): Promise<void> {
    if (invocation instanceof Invocation) await this.#journal.acknowledged(invocation);
  }

  /** End an invocation on behalf of a client; throws `NotFoundError`, or `NotAllowedError` when it has ended. */
  async cancel(id: string, by: string): Promise<void> {
    const invocation = await this.#scheduler.find(id);
    if (!invocation) throw new NotFoundError(`there is no invocation ${id}`);
    this.#scheduler.cancel(invocation, "client", by);
    // Else a kill right now could let it begin after the next start.
    if (invocation instanceof Invocation && invocation.restartWithinMs !== undefined)
      await this.#journal.acknowledged(invocation);
  }

  /** What went over the wires while an invocation ran; throws `NotFoundError`. */
  async transcript(id: string): Promise<Transcript> {
    const invocation = await this.#scheduler.find(id, "history");
    if (!invocation) throw new NotFoundError(`there is no invocation ${id}`);
    return transcriptOf(invocation, this.#transcribed);
  }

  /** What nobody has caught: when it was thrown by a driver's work, its Thing is faulted; false when nobody knows whose it was. */
  blame(error: unknown): boolean {
    const thing = this.things.get(ambient()?.work.thing ?? "");
    thing?.fail(error);
    return thing !== undefined;
  }

  /** How long what runs may take to end once it is asked to, to be left safe, and closed; milliseconds. */
  get endingMs(): number {
    const actions = [...this.things.values()].flatMap(({ actions }) => Object.values(actions));
    return Math.max(defaultGraceMs, ...actions.map(({ cancelGraceMs = 0 }) => cancelGraceMs)) + closingMs;
  }

  states(): Readonly<Record<string, ThingStatus>> {
    const states = [...this.things.values()].map((thing) => {
      const { name, title, state, reason = null, lane } = thing;
      const running = lane.holder?.root.label ?? null;
      return [name, { title, state, reason, running, queued: lane.queue.length, metadata: thing.metadata() }] as const;
    });
    return Object.fromEntries(states);
  }

  /**
   * End what runs by the ladder, close every device, leave them safe. Called again with `graceMs: 0` it hurries; why it
   * ends is what was said first.
   */
  close({ graceMs, why }: { readonly graceMs?: number; readonly why?: string } = {}): Promise<void> {
    if (!this.#closing) noteStop(this.audit, why);
    const ended = this.#scheduler.close(graceMs);
    this.#closing ??= ended.then(() => this.#shut());
    return this.#closing;
  }

  async #shut(): Promise<void> {
    this.interlocks.end();
    this.leases.close();
    const inOrder = [...this.things.values()].sort((a, b) => a.safety.order - b.safety.order);
    await Promise.all(inOrder.map((thing) => thing.close()));
    this.#telling.close();
    await this.#handover.write(inOrder);
    this.#wires.close();
    this.#state.close();
    this.#blobs.close();
    await this.#journal.close();
  }

  #openThings(processClock: Clock): Promise<void> {
    const opened = Promise.all([...this.things.values()].map((thing) => thing.open()));
    return new Promise((resolve) => {
      const timer = processClock.after(openPatienceMs, resolve);
      void opened.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
