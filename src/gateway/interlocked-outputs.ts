import { isDeepStrictEqual } from "node:util";
import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import { codeField, type LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";
import type { InterlockConfig } from "./config/config.ts";
import type { Interlock } from "./interlock.ts";

interface Parts {
  readonly things: ReadonlyMap<string, Thing>;
  readonly scheduler: { readonly occupation: Pick<Scheduler["occupation"], "worksOn"> };
  readonly clock: Clock;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** By output. */
type Values = Readonly<Record<string, boolean | number>>;

/** How long a Thing has to bring its outputs to their values, until it is told again; bench time. */
const driveTimeoutMs = 3000;

/** What interlocks that have tripped want of outputs, and how these are brought there. */
export class InterlockedOutputs {
  readonly #interlocks: ReadonlyMap<string, Interlock>;
  readonly #parts: Parts;

  constructor(interlocks: ReadonlyMap<string, Interlock>, parts: Parts) {
    this.#interlocks = interlocks;
    this.#parts = parts;
  }

  /** The value that an output has to have while one that names it has tripped. */
  valueOf({ thing, output, value }: InterlockConfig["outputs"][number]): boolean | number {
    return value ?? this.#parts.things.get(thing)?.definition.outputs?.[output]?.safe ?? false;
  }

  /** By Thing. */
  wanted(): ReadonlyMap<string, Values> {
    return new Map(this.#tripped.flatMap(({ things }) => things).map((name) => [name, this.#valuesFor(name)]));
  }

  /** Tell a Thing what is wanted of it now; whether it obeys is found out when it is driven. */
  tell(thing: string): void {
    this.#parts.things
      .get(thing)
      ?.interlock(this.#valuesFor(thing))
      .catch(() => {});
  }

  /** Tell those of which something else was wanted `before`, and those that were replaced. */
  tellOthers(before: ReadonlyMap<string, Values>, replaced: ReadonlySet<string>): void {
    const latest = this.wanted();
    for (const name of new Set([...before.keys(), ...latest.keys()]))
      if (replaced.has(name) || !isDeepStrictEqual(latest.get(name) ?? {}, before.get(name))) this.tell(name);
  }

  /** Bring those of one that has tripped to their values, unless they are there; asked again after every reading. */
  drive({ name, config, things: named, driving, driven, undriven }: Interlock): void {
    const { things, clock, scheduler, log } = this.#parts;
    for (const one of named) {
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
              log("error", `${one} has not obeyed the interlock ${name}: ${error.message}`, {
                ...{ thing: one, ...codeField(error) },
              });
          },
        )
        .finally(() => driving.delete(one));
    }
  }

  #valuesFor(thing: string): Values {
    const outputs = this.#tripped.flatMap(({ config }) => config.outputs);
    return Object.fromEntries(
      outputs.filter((one) => one.thing === thing).map((one) => [one.output, this.valueOf(one)]),
    );
  }

  get #tripped(): readonly Interlock[] {
    return [...this.#interlocks.values()].filter(({ trip }) => trip);
  }
}
