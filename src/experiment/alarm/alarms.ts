import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { StateFile } from "../../journal/state-file.ts";
import type { Ground } from "../ground.ts";
import type { Message } from "../notify/message.ts";
import type { NotifierConfig } from "../notify/notifier-config.ts";
import { Notifiers } from "../notify/notifiers.ts";
import type { Environment } from "../notify/secret.ts";
import { Alarm } from "./alarm.ts";
import type { AlarmConfig } from "./alarm-config.ts";
import { type Ended, watchRuns } from "./failed-runs.ts";
import { type Finding, Hysteresis } from "./hysteresis.ts";
import { lookAt, lookFor, Watch } from "./watch.ts";

type Parts = Pick<
  Ground,
  "listen" | "scheduler" | "things" | "clock" | "processClock" | "clockTrusted" | "audit" | "events" | "version" | "log"
> & {
  readonly configs: readonly AlarmConfig[];
  readonly notifiers: readonly NotifierConfig[];
  readonly environment: Environment;
  readonly file: Pick<StateFile, "read" | "keep">;
};

/** A Thing is looked at this often; bench time, ms. */
const lostEveryMs = 1000;
/** What nobody can tell raises an alarm after this at the soonest: devices come back, and benchd opens them again; ms. */
const unknownMs = 60_000;

/** The alarms of the configuration: what each of them watches, how it is, and that people are told. */
export class Alarms {
  readonly #parts: Parts;
  readonly #all = new Map<string, Alarm>();
  readonly #notifiers: Notifiers;
  /** By alarm: how to watch no longer. */
  readonly #ends = new Map<string, () => void>();
  #keeping: Promise<void> | undefined;
  #stale = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
    for (const config of parts.configs) this.#all.set(config.name, new Alarm(config));
    this.#notifiers = new Notifiers({
      ...{ configs: parts.notifiers, environment: parts.environment, clock: parts.processClock, log: parts.log },
      message: (notifier, alarm) => this.#message(notifier, alarm),
      over: (notifier, alarm, message) => this.#over(notifier, alarm, message),
    });
  }

  /** Take them up as the last process left them: who was told knows, and who was not is told. */
  static async open(parts: Parts): Promise<Alarms> {
    const alarms = new Alarms(parts);
    const read = await parts.file.read();
    if (read.found === "damage")
      parts.log(
        "error",
        `nobody knows which alarms were raised: their file was damaged, and is kept as ${read.setAside}`,
      );
    const written = (read.found === "value" ? read.value : {}) as Readonly<Record<string, unknown>> | null;
    for (const alarm of alarms.all)
      if (written && Object.hasOwn(written, alarm.name)) alarm.takeUp(written[alarm.name]);
    return alarms;
  }

  get all(): readonly Alarm[] {
    return [...this.#all.values()];
  }

  /** Whether a notifier has yet to be told of an alarm, and why it was not the last time. */
  telling(notifier: string, alarm: string): { readonly owed: boolean; readonly error: string | undefined } {
    const outbox = this.#notifiers.get(notifier);
    return { owed: outbox?.owes(alarm) ?? false, error: outbox?.error };
  }

  begin(): void {
    for (const alarm of this.all) {
      this.#watch(alarm);
      this.#owe(alarm);
    }
  }

  /** Watch no longer: what becomes of the Things now is no alarm. */
  end(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
  }

  /** These Things are about to be closed: what becomes of them is no alarm until `reconfigure`. */
  pause(things: ReadonlySet<string>): void {
    for (const alarm of this.all) if (alarm.things.some((thing) => things.has(thing))) this.#leave(alarm.name);
  }

  /** Go by these from now on. What is raised stays so while its alarm is there, and who was told of it knows. */
  reconfigure(configs: readonly AlarmConfig[], notifiers: readonly NotifierConfig[]): void {
    const before = new Map(this.#all);
    this.#notifiers.reconfigure(notifiers);
    this.#all.clear();
    for (const config of configs) {
      const known = before.get(config.name);
      const goesOn = known && isDeepStrictEqual(known.config, config);
      const alarm = goesOn ? known : new Alarm(config);
      if (!goesOn && known?.state) alarm.takeUp(known.toJson());
      if (goesOn) before.delete(config.name);
      else this.#leave(config.name);
      this.#all.set(config.name, alarm);
      if (!this.#ends.has(config.name)) this.#watch(alarm);
      this.#owe(alarm);
    }
    for (const name of before.keys()) if (!this.#all.has(name)) this.#leave(name);
    this.#keep();
  }

  #leave(alarm: string): void {
    this.#ends.get(alarm)?.();
    this.#ends.delete(alarm);
  }

  /** What is still to be told is told after the next start; resolves when the disk has that, or takes long. */
  async close(): Promise<void> {
    this.end();
    this.#notifiers.close();
    await this.#keeping;
  }

  #watch(alarm: Alarm): void {
    const { things, clock } = this.#parts;
    const { watched } = alarm.config;
    if (watched.kind === "runFailed") {
      this.#ends.set(
        alarm.name,
        watchRuns(this.#parts, watched.procedure, (ended) => this.#ran(alarm, ended)),
      );
      return;
    }
    const thing = things.get(watched.kind === "lost" ? watched.thing : watched.condition.thing);
    if (!thing) return;
    const hysteresis = hysteresisOf(alarm);
    const watch = new Watch({
      everyMs: watched.kind === "lost" ? lostEveryMs : watched.everyMs,
      clock,
      look: async () => (watched.kind === "lost" ? lookFor(thing) : lookAt(watched.condition, thing)),
      found: (finding) => this.#judge(alarm, hysteresis, finding),
    });
    this.#ends.set(alarm.name, () => watch.end());
    watch.begin();
  }

  #judge(alarm: Alarm, hysteresis: Hysteresis, finding: Finding): void {
    alarm.unknown = finding.bad === undefined ? finding.why : undefined;
    if (hysteresis.judge(this.#parts.clock.now(), finding)) this.#change(alarm, hysteresis.raised, finding.why);
  }

  /** Each that fails is told; it is over when the next is completed. */
  #ran(alarm: Alarm, { failed, reason, id }: Ended): void {
    if (failed) this.#change(alarm, true, `the run ${id} has failed: ${reason}`);
    else if (alarm.raised) this.#change(alarm, false, `the run ${id} has completed`);
  }

  #change(alarm: Alarm, raised: boolean, why: string): void {
    const { events, audit, log, clockTrusted } = this.#parts;
    const { name, things } = alarm;
    alarm.change(raised, why, clockTrusted());
    log(raised ? "error" : "info", `the alarm ${name} is ${raised ? "raised" : "over"}: ${why}`);
    audit.note({ by: "the gateway", what: raised ? "alarm.raised" : "alarm.cleared", detail: `${name}: ${why}` });
    events.tell({ kind: "alarm", name, things, raised, reason: why }, things);
    this.#keep();
    this.#owe(alarm);
  }

  #owe(alarm: Alarm): void {
    for (const notifier of alarm.config.notify)
      if (alarm.untold(notifier) > 0) this.#notifiers.get(notifier)?.owe(alarm.name);
  }

  #message(notifier: string, name: string): Message | undefined {
    const alarm = this.#all.get(name);
    const changes = alarm?.untold(notifier) ?? 0;
    if (!alarm?.state || changes <= 0) return undefined;
    const { id, raised, at, clockTrusted, reason } = alarm.state;
    const { title, things } = alarm;
    const state = raised ? "raised" : "cleared";
    const { version } = this.#parts;
    return { id, alarm: name, title, state, at, clockTrusted, reason, things, changes, bench: hostname(), version };
  }

  /** A message tells of all changes up to its own. */
  #over(notifier: string, name: string, { changes }: Message): void {
    const { told } = this.#all.get(name) ?? {};
    told?.set(notifier, (told.get(notifier) ?? 0) + changes);
    this.#keep();
  }

  /** Once for all that changes while the disk is busy: whoever lets run after run fail must not keep it so. */
  #keep(): void {
    this.#stale = true;
    this.#keeping ??= this.#keepAll();
  }

  async #keepAll(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const changed = this.all.filter(({ state }) => state);
      await this.#parts.file.keep(Object.fromEntries(changed.map((alarm) => [alarm.name, alarm.toJson()])));
    }
    this.#keeping = undefined;
  }
}

function hysteresisOf({ raised, config: { forMs, clearAfterMs, unknown } }: Alarm): Hysteresis {
  const durations = { forMs, clearAfterMs, unknownMs: unknown === "raise" ? Math.max(forMs, unknownMs) : undefined };
  return new Hysteresis(durations, raised);
}
