import { isDeepStrictEqual } from "node:util";
import { type Asker, named } from "../asker.ts";
import { bounded } from "../bounded.ts";
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
import { codeField, type LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";
import type { InterlockConfig } from "./config/config.ts";
import { Interlock, type Trip } from "./interlock.ts";
import type { Condition } from "./interlock-watch.ts";

interface Parts {
  readonly configs: Iterable<InterlockConfig>;
  readonly things: ReadonlyMap<string, Thing>;
  readonly scheduler: Pick<Scheduler, "breakOff"> & { readonly occupation: Pick<Scheduler["occupation"], "worksOn"> };
  readonly clock: Clock;
  readonly file: Pick<StateFile, "kept" | "read" | "write" | "keep">;
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell" | "changed">;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** How long a Thing has to bring its outputs to their values, until it is told again; bench time. */
const driveTimeoutMs = 3000;

/**
 * The interlocks of the configuration. While one has tripped, or cannot tell, nothing is begun on the Things whose outputs
 * it names; when it trips, those outputs go to their values whoever has set them. It stays so until somebody resets it.
 */
export class Interlocks implements Admission {
  readonly #all = new Map<string, Interlock>();
  #parts: Parts | undefined;

  /** Take them up as the last process left them. A file that cannot be read counts as all of them tripped. */
  async restore(parts: Parts): Promise<void> {
    this.#parts = parts;
    const { configs, things, clock, file, log } = parts;
    const read = await file.read();
    for (const config of configs) {
      const thing = things.get(config.thing);
      if (!thing) continue;
      const interlock = new Interlock(config, {
        thing,
        clock,
        judged: (one, condition) => this.#judge(one, condition),
      });
      this.#all.set(config.name, interlock);
      if (read.found === "value") interlock.trip = tripIn(read.value, config.name);
      else if (read.found === "damage")
        interlock.trip = { at: Date.now(), why: `the latch file was damaged, and is kept as ${read.setAside}` };
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
   * what has tripped stays so, but for what is gone. Those that are returned are to be watched once their Things are open.
   */
  reconfigure(configs: Iterable<InterlockConfig>, replaced: ReadonlySet<string>): readonly Interlock[] {
    const { things, clock, file } = this.#required();
    const before = new Map(this.#all);
    const wanted = this.#wanted();
    const begun: Interlock[] = [];
    this.#all.clear();
    for (const config of configs) {
      const known = before.get(config.name);
      const thing = things.get(config.thing);
      const goesOn = known && isDeepStrictEqual(known.config, config) && !replaced.has(config.thing);
      before.delete(config.name);
      if (goesOn) this.#all.set(config.name, known);
      else if (thing) {
        const judged = (one: Interlock, condition: Condition) => this.#judge(one, condition);
        const interlock = new Interlock(config, { thing, clock, judged, before: known });
        this.#all.set(config.name, interlock);
        begun.push(interlock);
      }
    }
    for (const { watch } of before.values()) watch.end();
    for (const one of this.all) for (const name of replaced) one.forget(name);
    const latest = this.#wanted();
    for (const name of new Set([...wanted.keys(), ...latest.keys()])) {
      const values = latest.get(name) ?? {};
      if (replaced.has(name) || !isDeepStrictEqual(values, wanted.get(name)))
        things
          .get(name)
          ?.interlock(values)
          .catch(() => {});
    }
    void file.keep(this.#latches());
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
  valueOf({ thing, output, value }: InterlockConfig["outputs"][number]): boolean | number {
    return value ?? this.#required().things.get(thing)?.definition.outputs?.[output]?.safe ?? false;
  }

  /** Let work in again; starts nothing by itself. Refused while what it watches is out of order, or not known. */
  async reset(name: string, by: Asker, why?: string): Promise<void> {
    const { things, file, audit, log } = this.#required();
    const interlock = this.get(name);
    if (!interlock.trip) return;
    const { failures, watch } = interlock;
    const { state, why: objection } = await watch.look();
    if (state !== "met") throw new InterlockedError(`the interlock ${name} cannot be reset: ${objection}`);
    // On disk first: until then it holds, or a power cut would bring it back in the middle of the next experiment.
    if (file.kept && !(await file.write(this.#latches(interlock))))
      throw new StorageError(
        `the reset of ${name} could not be written to disk, so it stays tripped: free some space and try again`,
      );
    if (interlock.failures !== failures) {
      void file.keep(this.#latches());
      throw new InterlockedError(`the interlock ${name} has tripped again in the meantime: ${watch.condition.why}`);
    }
    interlock.trip = undefined;
    interlock.driven.clear();
    for (const thing of interlock.things)
      things
        .get(thing)
        ?.interlock(this.#valuesFor(thing))
        .catch(() => {});
    log("warning", `the interlock ${name} was reset by ${named(by).name}${why === undefined ? "" : `: ${why}`}`);
    audit.note({ by, what: "interlock.reset", detail: why === undefined ? name : `${name}: ${why}` });
    this.#tell(interlock);
  }

  #judge(interlock: Interlock, { state, why }: Condition): void {
    if (state !== "met") {
      interlock.failures++;
      if (!interlock.trip) this.#trip(interlock, why);
    }
    if (interlock.trip) this.#drive(interlock);
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
    const { scheduler, things, file, audit, log } = this.#required();
    const { name, config } = interlock;
    interlock.trip = { at: Date.now(), why };
    if (config.on === "abort") {
      const owners = new Set(interlock.things.flatMap((thing) => things.get(thing) ?? []));
      const error = new InterlockedError(`the interlock ${name} has tripped: ${why}`);
      scheduler.breakOff(owners, "interlocked", error, () => {
        this.#drive(interlock);
        this.#tell(interlock);
      });
    } else this.#tell(interlock);
    log("error", `the interlock ${name} has tripped: ${why}`);
    audit.note({ by: "the gateway", what: "interlock.tripped", detail: `${name}: ${why}` });
    void file.keep(this.#latches());
  }

  /** Bring its outputs to their values, unless they are there; asked again after every reading. */
  #drive(interlock: Interlock): void {
    const { things, clock, scheduler } = this.#required();
    const { name, config, driving, driven, undriven } = interlock;
    for (const one of interlock.things) {
      const thing = things.get(one);
      if (!thing || driving.has(one) || driven.get(one) === thing.generation) continue;
      // What is only kept from beginning may end in peace.
      if (config.on === "block" && scheduler.occupation.worksOn(thing)) continue;
      const { generation } = thing;
      driving.add(one);
      bounded(clock, driveTimeoutMs, thing.interlock(this.#valuesFor(one)))
        .then(
          () => {
            if (things.get(one) === thing) driven.set(one, generation);
            undriven.delete(one);
          },
          (error: Error) => {
            const told = undriven.get(one);
            undriven.set(one, error.message);
            if (told !== error.message)
              this.#required().log("error", `${one} has not obeyed the interlock ${name}: ${error.message}`, {
                ...{ thing: one, ...codeField(error) },
              });
          },
        )
        .finally(() => driving.delete(one));
    }
  }

  /** What those that have tripped want of the outputs of a Thing. */
  #valuesFor(thing: string): Readonly<Record<string, boolean | number>> {
    const outputs = this.all.filter(({ trip }) => trip).flatMap(({ config }) => config.outputs);
    return Object.fromEntries(
      outputs.filter((one) => one.thing === thing).map((one) => [one.output, this.valueOf(one)]),
    );
  }

  /** By Thing. */
  #wanted(): ReadonlyMap<string, Readonly<Record<string, boolean | number>>> {
    const tripped = this.all.filter(({ trip }) => trip);
    return new Map(tripped.flatMap(({ things }) => things).map((name) => [name, this.#valuesFor(name)]));
  }

  #latches(but?: Interlock): Readonly<Record<string, Trip>> {
    return Object.fromEntries(
      this.all.flatMap((one) => (one.trip && one !== but ? [[one.name, one.trip] as const] : [])),
    );
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

/** What a latch file says of one interlock. One that it says nothing of was in order. */
function tripIn(file: unknown, name: string): Trip | undefined {
  const latches = file as Readonly<Record<string, Partial<Trip> | undefined>> | null;
  const latch = latches && Object.hasOwn(latches, name) ? latches[name] : undefined;
  if (!latch) return undefined;
  const { at, why } = latch;
  return {
    at: typeof at === "number" ? at : Date.now(),
    why: typeof why === "string" ? why : "the latch file says so",
  };
}
