import { isDeepStrictEqual } from "node:util";
import { type Asker, named } from "../asker.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { didYouMean } from "../did-you-mean.ts";
import { InterlockedError, NotFoundError, StorageError } from "../errors.ts";
import type { Coalescer } from "../events/coalescer.ts";
import type { InterlockEvent } from "../events/event.ts";
import type { Admission, AdmissionRequest } from "../invocation/admission.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { Audit } from "../journal/audit.ts";
import type { StateFile } from "../journal/state-file.ts";
import type { LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";
import type { InterlockConfig } from "./config/config.ts";
import { Interlock } from "./interlock.ts";
import { InterlockLatches } from "./interlock-latches.ts";
import { successors } from "./interlock-successors.ts";
import type { Condition } from "./interlock-watch.ts";
import { InterlockedOutputs } from "./interlocked-outputs.ts";

interface Given {
  readonly configs: Iterable<InterlockConfig>;
  readonly things: ReadonlyMap<string, Thing>;
  readonly scheduler: Pick<Scheduler, "breakOff"> & { readonly occupation: Pick<Scheduler["occupation"], "worksOn"> };
  readonly clock: Clock;
  readonly file: Pick<StateFile, "kept" | "read" | "write" | "keep">;
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell" | "changed">;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

interface Parts extends Given {
  readonly outputs: InterlockedOutputs;
  readonly latches: InterlockLatches;
}

/**
 * The interlocks of the configuration. While one has tripped, or cannot tell, nothing is begun on the Things whose outputs
 * it names; when it trips, those outputs go to their values whoever has set them. It stays so until somebody resets it.
 */
export class Interlocks implements Admission {
  readonly #all = new Map<string, Interlock>();
  #parts: Parts | undefined;

  /** Take them up as the last process left them. A file that cannot be read counts as all of them tripped. */
  async restore(given: Given): Promise<void> {
    const { configs, things, clock, file, log } = given;
    const latches = new InterlockLatches(file, this.#all);
    this.#parts = { ...given, latches, outputs: new InterlockedOutputs(this.#all, given) };
    const all = [...configs];
    const trips = await latches.read(all);
    for (const [name, { why }] of trips.gone)
      log(
        "warning",
        `the interlock ${name} had tripped (${why}) and is not in the configuration: it holds nothing now`,
      );
    for (const config of all) {
      const thing = things.get(config.thing);
      if (!thing) continue;
      const interlock = new Interlock(config, {
        thing,
        clock,
        judged: (one, condition) => this.#judge(one, condition),
      });
      this.#all.set(config.name, interlock);
      interlock.trip = trips.of(config.name);
      if (interlock.trip) log("warning", `the interlock ${config.name} is still tripped: ${interlock.trip.why}`);
    }
  }

  /** Watch from now on; resolves when each has been read once, or after 2 s. */
  async begin(): Promise<void> {
    await Promise.all(this.all.map(({ watch }) => watch.begin()));
  }

  /** These Things are about to be closed, and others to be opened in their place. */
  pause(things: ReadonlySet<string>): void {
    for (const { config, watch } of this.all) if (things.has(config.thing)) watch.pause();
  }

  /**
   * Go by these from now on, once for each of `replaced` there is another Thing, or none. What has not changed goes on;
   * what has tripped stays so, under another name too, but for what is gone. Those that are returned are to be watched once
   * their Things are open.
   */
  reconfigure(configs: Iterable<InterlockConfig>, replaced: ReadonlySet<string>): readonly Interlock[] {
    const { things, clock, outputs, latches, log } = this.#required();
    const next = [...configs];
    const before = successors(this.#all, next);
    const gone = new Set(this.#all.values());
    const wanted = outputs.wanted();
    const begun: Interlock[] = [];
    this.#all.clear();
    for (const config of next) {
      const known = before.get(config.name);
      const thing = things.get(config.thing);
      const goesOn = known && isDeepStrictEqual(known.config, config) && !replaced.has(config.thing);
      if (known) gone.delete(known);
      if (goesOn) this.#all.set(config.name, known);
      else if (thing) {
        const judged = (one: Interlock, condition: Condition) => this.#judge(one, condition);
        const interlock = new Interlock(config, { thing, clock, judged, before: known });
        this.#all.set(config.name, interlock);
        begun.push(interlock);
      }
    }
    for (const { watch, name, trip } of gone) {
      watch.end();
      // In the moment in which it was taken out.
      if (trip)
        log("warning", `the interlock ${name} has tripped (${trip.why}) and is taken out: it holds nothing now`);
    }
    for (const one of this.all) for (const name of replaced) one.forget(name);
    outputs.tellOthers(wanted, replaced);
    latches.keep();
    return begun;
  }

  /** Watch no longer: the Things are about to be closed. */
  end(): void {
    for (const { watch } of this.all) watch.end();
  }

  get all(): readonly Interlock[] {
    return [...this.#all.values()];
  }

  /** Throws `NotFoundError`. */
  get(name: string): Interlock {
    const interlock = this.#all.get(name);
    if (!interlock) throw new NotFoundError(`there is no interlock ${name}${didYouMean(name, this.#all.keys())}`);
    return interlock;
  }

  admit({ thing, takes, held, affordance, operation, urgent, safe }: AdmissionRequest): void {
    if (urgent || safe) return;
    for (const interlock of this.#all.values()) {
      const { name, objection, config, things, trip, watch } = interlock;
      if (objection === undefined) continue;
      // What is only kept from beginning goes on to its end once it has begun, and so do its parts.
      const begun = config.on === "block" ? takes.filter((one) => !held.includes(one)) : takes;
      const stopped = begun.find((one) => things.includes(one));
      const owner = this.#required().things.get(thing);
      if (stopped === undefined || (operation === "write" && owner && interlock.drivesAnother(owner, affordance)))
        continue;
      const over = watch.condition.state === "met";
      const remedy = trip
        ? `${over ? "that is over:" : "see to it, then"} reset ${name}`
        : "try again when that is known";
      throw new InterlockedError(
        `the interlock ${name} stands between ${stopped} and ${affordance} of ${thing}: ${objection}; ${remedy}`,
      );
    }
  }

  /** The value that an output has to have while one that names it has tripped. */
  valueOf(output: InterlockConfig["outputs"][number]): boolean | number {
    return this.#required().outputs.valueOf(output);
  }

  /** Let work in again; starts nothing by itself. Refused while what it watches is out of order, or not known. */
  async reset(name: string, by: Asker, why?: string): Promise<void> {
    const { outputs, latches, audit, log } = this.#required();
    const interlock = this.get(name);
    if (!interlock.trip) return;
    const { failures, watch } = interlock;
    const { state, why: objection } = await watch.look();
    if (state !== "met") throw new InterlockedError(`the interlock ${name} cannot be reset: ${objection}`);
    // On disk first: until then it holds, or a power cut would bring it back in the middle of the next experiment.
    if (!(await latches.keepWithout(interlock)))
      throw new StorageError(
        `the reset of ${name} could not be written to disk, so it stays tripped: free some space and try again`,
      );
    if (this.#all.get(name) !== interlock) {
      latches.keep();
      throw new InterlockedError(`the interlock ${name} has been configured anew in the meantime: reset it again`);
    }
    if (interlock.failures !== failures) {
      latches.keep();
      throw new InterlockedError(`the interlock ${name} has tripped again in the meantime: ${watch.condition.why}`);
    }
    interlock.trip = undefined;
    interlock.driven.clear();
    for (const thing of interlock.things) outputs.tell(thing);
    log("warning", `the interlock ${name} was reset by ${named(by).name}${why === undefined ? "" : `: ${why}`}`);
    audit.note({ by, what: "interlock.reset", detail: why === undefined ? name : `${name}: ${why}` });
    this.#tell(interlock);
  }

  #judge(interlock: Interlock, { state, why }: Condition): void {
    if (state !== "met") {
      interlock.failures++;
      if (!interlock.trip) this.#trip(interlock, why);
    }
    if (interlock.trip) this.#required().outputs.drive(interlock);
    if (interlock.told !== state) this.#tellCondition(interlock);
  }

  /** It has tripped, or was reset. */
  #tell(interlock: Interlock): void {
    this.#required().events.tell(eventOf(interlock), [interlock.name]);
    interlock.told = interlock.watch.condition.state;
  }

  #tellCondition(interlock: Interlock): void {
    const { name, watch } = interlock;
    interlock.told = watch.condition.state;
    const event = eventOf(interlock);
    this.#required().events.changed({ key: `interlock ${name}`, about: name, event: () => event });
  }

  #trip(interlock: Interlock, why: string): void {
    const { scheduler, things, outputs, latches, audit, log } = this.#required();
    const { name, config } = interlock;
    interlock.trip = { at: Date.now(), why };
    if (config.on === "abort") {
      const owners = new Set(interlock.things.flatMap((thing) => things.get(thing) ?? []));
      const error = new InterlockedError(`the interlock ${name} has tripped: ${why}`);
      scheduler.breakOff(owners, "interlocked", error, () => {
        outputs.drive(interlock);
        this.#tell(interlock);
      });
    } else this.#tell(interlock);
    log("error", `the interlock ${name} has tripped: ${why}`);
    audit.note({ by: "the gateway", what: "interlock.tripped", detail: `${name}: ${why}` });
    latches.keep();
  }

  #required(): Parts {
    if (!this.#parts) throw new InterlockedError("the gateway is still starting: nothing is known of interlocks yet");
    return this.#parts;
  }
}

const eventOf = ({ name, things, trip, watch, objection }: Interlock): InterlockEvent => ({
  ...{ kind: "interlock", name, things, tripped: trip !== undefined },
  ...{ condition: watch.condition.state, reason: objection ?? null },
});
