import { realClock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { Coalescer } from "../events/coalescer.ts";
import { EventLog } from "../events/event-log.ts";
import { InvocationEvents } from "../events/invocation-events.ts";
import { tellOfThings } from "../events/thing-events.ts";
import { Calibrations } from "../experiment/calibration/calibrations.ts";
import { calibrationGuard } from "../experiment/calibration/guard.ts";
import { Experiments } from "../experiment/experiments.ts";
import { OpenPrompts } from "../experiment/prompts/open-prompts.ts";
import { type Admission, guards } from "../invocation/admission.ts";
import { Scheduler } from "../invocation/scheduler.ts";
import { AuditTrail } from "../journal/audit.ts";
import { SqliteJournal } from "../journal/sqlite-journal.ts";
import { StateFolder } from "../journal/state-folder.ts";
import { StoredSettings } from "../journal/stored-settings.ts";
import { codeField, type LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";
import { machineUptime, suspendedMs } from "../transport/uptime.ts";
import { aboutOf } from "./about.ts";
import { openBlobs } from "./blobs.ts";
import { buildThings, calibrationRules, takenWith } from "./build-things.ts";
import { DryRuns } from "./dry-run/dry-runs.ts";
import { EmergencyStop } from "./emergency-stop.ts";
import { Figures } from "./figures.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { Handover, handedOn } from "./handover.ts";
import { Health } from "./health.ts";
import { installationOf } from "./installation.ts";
import { Interlocks } from "./interlocks.ts";
import { journalWritable } from "./journal-writable.ts";
import { Keys } from "./keys.ts";
import { lanesAlive } from "./lanes-alive.ts";
import { Leases } from "./leases.ts";
import { noteStart, noting } from "./lifetimes.ts";
import { MockFaults } from "./mock-faults.ts";
import { boundFollowers } from "./reload/bounds.ts";
import { Reloads } from "./reload/reloads.ts";
import type { Setup } from "./reload/setup.ts";
import { refuseEverything } from "./safe-mode.ts";
import { Tally } from "./tally.ts";
import { Timeline } from "./timeline/timeline.ts";
import { Traffic } from "./traffic.ts";
import { UnknownSettings } from "./unknown-settings.ts";
import { wallClockOf } from "./wall-clock.ts";
import { Wires } from "./wires.ts";

/** All that a gateway is made of, before any Thing is opened. */
export type GatewayParts = Awaited<ReturnType<typeof assemble>>;

/** Build every Thing of the configuration, and what holds for all of them, as the process before has left it. */
export async function assemble(options: GatewayOptions) {
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
  const logGateway = (level: LogLevel, message: string, fields?: LogFields) => log("", level, message, fields);
  const state = await StateFolder.open({ path: config.stateDirectory, clock: processClock, log: logGateway });

  const things = new Map<string, Thing>();
  const ready: Admission = { admit: ({ thing, urgent }) => things.get(thing)?.assertAdmits(urgent) };
  const emergencyStop = new EmergencyStop();
  const interlocks = new Interlocks();
  const leases = new Leases();
  const unknownSettings = new UnknownSettings();
  const closed = safeMode === undefined ? [] : [refuseEverything(safeMode)];
  const reloading: Admission = { admit: (request) => reloads.admit(request) };
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
  const calibrations = new Calibrations({
    ...{ store: journal.calibrations, rules: calibrationRules(config), things, processClock, audit, events: telling },
    known: options.calibrations,
    simulated: options.mock,
    clockTrusted: clockTrusted ?? (() => false),
  });
  journal.onReopened(() => calibrations.load());
  const blobs = await openBlobs({
    ...{ folder: state.path("blobs"), config },
    ...{ journal, clock: processClock, clockTrusted, log: logGateway },
  });
  const prompts = new OpenPrompts({ audit, events: telling, answer: options.answer });
  const tally = new Tally(
    (thing, action) => action === "stop" || Object.hasOwn(things.get(thing)?.definition.actions ?? {}, action),
  );
  const scheduler = new Scheduler({
    clock,
    processClock,
    journal,
    blobs,
    prompts,
    calibrations,
    admission: guards(
      ...closed,
      reloading,
      emergencyStop,
      interlocks,
      leases,
      unknownSettings,
      calibrationGuard(calibrations),
      ready,
    ),
    ...(clockTrusted && { clockTrusted }),
    watcher: new InvocationEvents(telling),
    log,
    suspended,
    ended: (invocation) => {
      const { delivery } = invocation;
      blobs.settled(invocation);
      tally.count(invocation);
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
  const ground = { ...options, things, scheduler, settings: noting(stored, audit), emergencyStop, calibrations };
  const transcribed = await buildThings(things, { ...ground, wires, handover });
  const setup: { now: Setup } = { now: { config, catalogue: options.catalogue, wires, transcribed } };
  tellOfThings(things.values(), telling);
  const common = { scheduler, things, clock, processClock, audit, events: telling, log: logGateway };
  await emergencyStop.restore({ ...common, file: state.file("emergency-stop.json") });
  await interlocks.restore({ ...common, configs: config.interlocks.values(), file: state.file("interlocks.json") });
  await leases.restore({
    ...common,
    file: state.file("leases.json"),
    takenWith: (thing) => takenWith(thing, setup.now.config, things),
    lost: async (name) =>
      things
        .get(name)
        ?.leaseLost()
        .catch((error: unknown) => log(name, "error", `its outputs after a lost lease: ${error}`, codeField(error))),
  });
  if (safeMode === undefined) unknownSettings.watch({ things, settings: stored, log: logGateway });
  const installation = await installationOf(state.file("installation.json"), logGateway);
  const experiments = await Experiments.open({
    ...{ things, scheduler, clock, processClock, audit, state, version, events: telling, log: logGateway },
    ...{ installation, simulated: options.mock, prompts, calibrations },
    ...{ prompts, listen: (listener) => events.listen(listener), environment: options.environment ?? {} },
    ...{ schedules: config.schedules ?? [], alarms: config.alarms ?? [], notifiers: config.notifiers ?? [] },
    ...{ recordings: config.recordings ?? [], recordingBounds: config.keepRecordings },
    suspendedMs: options.suspendedMs ?? suspendedMs,
    wallClock: options.wallClock ?? Date.now,
    clockTrusted: clockTrusted ?? (() => false),
  });
  const { runs } = experiments;
  const dryRuns = new DryRuns({
    config: () => setup.now.config,
    things,
    runs,
    calibrations,
    clock: processClock,
    version,
    predict: options.predict,
  });
  const { things: _, ...others } = common;
  const reloads = new Reloads({
    ...{ ...others, things, setup, interlocks, leases, emergencyStop, tally, experiments, telling, safeMode },
    ...{ recordings: experiments.recordings, occupation: scheduler.occupation },
    objection: () => (stored.known ? undefined : "the settings of Things cannot be read from the disk"),
    building: {
      ...(options.reread && { reread: options.reread }),
      wires: (config, catalogue, before) => new Wires({ ...options, config, catalogue }, before),
      // What the process before has handed on is used up; the Thing itself hands on what it leaves.
      build: ({ built, ...asked }) => buildThings(built, { ...ground, ...asked, handover: nothingHandedOn }),
    },
  });
  const kept = { journal, blobs, blobFolder: state.path("blobs"), recordings: experiments.recordings };
  for (const follower of boundFollowers(kept)) reloads.follow(follower);
  const health = new Health(processClock);
  health.add(lanesAlive(things));
  health.add(journalWritable(journal));
  const about = aboutOf(options, version);
  return {
    ...{
      things: things as ReadonlyMap<string, Thing>,
      emergencyStop,
      interlocks,
      leases,
      audit,
      events,
      telling,
      experiments,
      dryRuns,
    },
    ...{
      scheduler,
      keys,
      setup,
      reloads,
      journal,
      blobs,
      handover,
      state,
      health,
      figures: new Figures(),
      wallClock: wallClockOf(options),
      tally,
      safeMode,
      version,
      processClock,
    },
    mockFaults: options.mock
      ? new MockFaults({ things, twin: (thing) => setup.now.wires.twin(thing), audit, log })
      : undefined,
    installation,
    about,
    traffic: new Traffic({ clock, timeScale: about.timeScale }),
    timeline: new Timeline({ scheduler, processClock }),
  };
}

const nothingHandedOn = { of: () => ({}) };
