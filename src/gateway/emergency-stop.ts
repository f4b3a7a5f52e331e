import { type Asker, named } from "../asker.ts";
import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { StoppedError } from "../errors.ts";
import type { Coalescer } from "../events/coalescer.ts";
import type { Admission, AdmissionRequest } from "../invocation/admission.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { Audit } from "../journal/audit.ts";
import type { StateFile } from "../journal/state-file.ts";
import type { LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";

/** Who pressed it, and when (wall clock, milliseconds). */
export interface Latch {
  readonly at: number;
  readonly by: string;
}

/** What became of one Thing in an emergency stop. */
export interface StopReport {
  /** The device has confirmed, or has nothing to confirm. */
  readonly confirmed: boolean;
  readonly error?: string;
}

export interface EmergencyReport {
  readonly things: Readonly<Record<string, StopReport>>;
  /** The latch is on disk and will be there after a power cut. */
  readonly persisted: boolean;
}

interface Parts {
  readonly scheduler: Scheduler;
  readonly things: ReadonlyMap<string, Thing>;
  readonly clock: Clock;
  readonly file: StateFile;
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell">;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** So many presses are carried out at a time, each with bytes of its own; those beyond are part of the latest of them. */
const maxUnderWay = 4;
/** After so many since it was latched nobody's reason is kept any more: different ones would wash out who cleared it when. */
const maxReasons = 20;

/** How long a device has to confirm; bench time. */
const confirmTimeoutMs = 3000;

/**
 * The software emergency stop. Pressing it waits for no lane, lease, log, disk or key; until it is cleared only reads,
 * `safe` and urgent actions pass. It is no safety function: see `docs/safety.md`.
 */
export class EmergencyStop implements Admission {
  #latch: Latch | undefined;
  #parts: Parts | undefined;
  #presses = 0;
  /** Presses since it was latched, but for the first. */
  #again = 0;
  /** Presses whose stops are still being carried out. */
  #underWay = 0;
  /** What comes of the latest of them. */
  #latest: Promise<EmergencyReport> = Promise.resolve({ things: {}, persisted: false });
  /** Whether the button of that Thing is pressed still. */
  readonly #buttons = new Map<string, () => boolean>();

  get latch(): Latch | undefined {
    return this.#latch;
  }

  /** Take up the latch as the last process left it. A file that cannot be read counts as pressed. */
  async restore(parts: Parts): Promise<void> {
    this.#parts = parts;
    const read = await parts.file.read();
    if (read.found === "damage") this.#latch = { at: Date.now(), by: `a damaged latch file, kept as ${read.setAside}` };
    else if (read.found === "value") this.#latch = latchOf(read.value);
    if (this.#latch) parts.log("warning", `the emergency stop is still latched, by ${this.#latch.by}`);
  }

  admit({ thing, affordance, urgent, safe }: AdmissionRequest): void {
    if (!this.#latch || urgent || safe) return;
    throw new StoppedError(
      `the emergency stop is latched (by ${this.#latch.by}): when it is safe, clear it before ${affordance} of ${thing}, ` +
        "by `benchd emergency-stop --clear --reason …` or DELETE /emergency_stop",
    );
  }

  /** Stop everything. The first bytes leave before this returns; the report comes when devices and disk have answered. */
  async trip(by: Asker, why?: string): Promise<EmergencyReport> {
    const { scheduler, things, clock, file, audit, events, log } = this.#required();
    const told = toldBy(by, why);
    const wasLatched = this.#latch !== undefined;
    this.#latch ??= { at: Date.now(), by: told };
    this.#presses++;
    const stops: Promise<readonly [string, StopReport]>[] = [];
    // What has begun since may need a stop of its own.
    const isPart = wasLatched && this.#underWay >= maxUnderWay && scheduler.occupation.isIdle;
    scheduler.breakOffAll("emergency_stop", told, () => {
      const inOrder = isPart ? [] : [...things.values()].sort((a, b) => a.safety.order - b.safety.order);
      for (const thing of inOrder) stops.push(reported(thing, clock));
      // Before the end of what was cut off, and after the stops: telling is not for free.
      if (!wasLatched) events.tell({ kind: "emergencyStop", stopped: true, by: told }, []);
    });
    this.#again = wasLatched ? this.#again + 1 : 0;
    // The first, second, fourth, eighth… time: a button that is hit on and on fills no log.
    if ((this.#again & (this.#again + 1)) === 0) {
      const times = this.#again === 0 ? "" : `, pressed ${this.#again + 1} times since it was latched`;
      log("error", `EMERGENCY STOP by ${told}${times}`);
    }
    audit.note({ by, what: "emergency_stop.pressed", detail: this.#again < maxReasons ? why : undefined });
    if (!isPart) this.#latest = this.#carriedOut(stops, file.keep(this.#latch));
    return this.#latest;
  }

  async #carriedOut(
    stops: readonly Promise<readonly [string, StopReport]>[],
    kept: Promise<boolean>,
  ): Promise<EmergencyReport> {
    this.#underWay++;
    const done = Promise.all(stops).finally(() => this.#underWay--);
    const [reports, persisted] = await Promise.all([done, kept]);
    return { things: Object.fromEntries(reports), persisted };
  }

  /** As `trip`, by the button that the Thing `thing` stands for: nobody waits for its report, so what is not confirmed is logged. */
  press(thing: string, reason: string, pressed?: () => boolean): void {
    if (pressed) this.#buttons.set(thing, pressed);
    const logged = (about: string, message: string) => this.#parts?.log("error", message, { thing: about });
    this.trip(thing, reason).then(
      ({ things }) => {
        for (const [name, { confirmed, error }] of Object.entries(things))
          if (!confirmed) logged(name, `${name} has not confirmed the emergency stop: ${error}`);
      },
      (error: unknown) => logged(thing, `the emergency stop by ${thing} has failed: ${error}`),
    );
  }

  /** Let work in again; starts nothing by itself. Refused while a stop is being carried out, or a button is pressed that says so. */
  async clear(by: Asker, why?: string): Promise<void> {
    const { file, audit, events, log } = this.#required();
    if (!this.#latch) return;
    this.#refuseWhilePressed();
    // What is switched off later than the rest would be switched off in the middle of what is begun now.
    if (this.#underWay > 0)
      throw new StoppedError("the emergency stop is still being carried out: clear it when its report is there");
    const presses = this.#presses;
    // On disk first: until then it holds, or a power cut would bring it back in the middle of the next experiment.
    if (file.kept && !(await file.write(null))) {
      throw new StoppedError(
        "the cleared latch could not be written to disk, so it stays: free some space and try again",
      );
    }
    if (this.#presses !== presses) throw new StoppedError("the emergency stop was pressed again in the meantime");
    this.#latch = undefined;
    const told = toldBy(by, why);
    log("warning", `emergency stop cleared by ${told}`);
    audit.note({ by, what: "emergency_stop.cleared", detail: why });
    events.tell({ kind: "emergencyStop", stopped: false, by: told }, []);
  }

  /** These Things are gone, or are others now, which say themselves whether their button is pressed. */
  forget(things: Iterable<string>): void {
    for (const thing of things) this.#buttons.delete(thing);
  }

  #refuseWhilePressed(): void {
    for (const [thing, pressed] of this.#buttons) {
      if (pressed()) throw new StoppedError(`${thing} is still pressed, or its wire is broken: release it first`);
      this.#buttons.delete(thing);
    }
  }

  #required(): Parts {
    if (!this.#parts) throw new StoppedError("the gateway is still starting: nothing has been opened yet");
    return this.#parts;
  }
}

const toldBy = (by: Asker, why: string | undefined) => {
  const { name } = named(by);
  return why === undefined ? name : `${name}: ${why}`;
};

async function reported(thing: Thing, clock: Clock): Promise<readonly [string, StopReport]> {
  try {
    await bounded(clock, confirmTimeoutMs + thing.safety.afterMs, thing.emergency());
    return [thing.name, { confirmed: true }];
  } catch (error) {
    thing.safety.unconfirmed(error);
    return [thing.name, { confirmed: false, error: error instanceof Error ? error.message : String(error) }];
  }
}

function latchOf(value: unknown): Latch | undefined {
  if (value === null) return undefined;
  const { at, by } = value as Partial<Latch>;
  return { at: typeof at === "number" ? at : Date.now(), by: typeof by === "string" ? by : "an unreadable latch file" };
}
