import type { StateFile } from "../journal/state-file.ts";
import type { InterlockConfig } from "./config/config.ts";
import type { Interlock, Trip } from "./interlock.ts";
import { standingFor, withoutName } from "./interlock-successors.ts";

/** A trip as the file has it: with what the interlock was, so that it is known again under another name. */
interface Latch extends Trip {
  readonly of: object;
}

interface Read {
  /** Of the interlock of that name. */
  of(name: string): Trip | undefined;
  /** Those of which the configuration has none any more, by their names. */
  readonly gone: ReadonlyMap<string, Trip>;
}

/** Which interlocks have tripped, in a file of which the next start has to know. */
export class InterlockLatches {
  readonly #file: Pick<StateFile, "kept" | "read" | "write" | "keep">;
  readonly #interlocks: ReadonlyMap<string, Interlock>;

  constructor(file: Pick<StateFile, "kept" | "read" | "write" | "keep">, interlocks: ReadonlyMap<string, Interlock>) {
    this.#file = file;
    this.#interlocks = interlocks;
  }

  /** Which of these had tripped when the last process ended, and why. A file that cannot be read counts as all of them tripped. */
  async read(configs: Iterable<InterlockConfig>): Promise<Read> {
    const read = await this.#file.read();
    if (read.found === "value") return tripsIn(read.value, [...configs]);
    const gone = new Map();
    if (read.found !== "damage") return { of: () => undefined, gone };
    return { of: () => ({ at: Date.now(), why: `the latch file was damaged, and is kept as ${read.setAside}` }), gone };
  }

  /** Write down how they are; again and again until the disk has it. */
  keep(): void {
    void this.#file.keep(this.#tripped());
  }

  /** Write down that one is in order again; false when the disk has not taken it. */
  async keepWithout(interlock: Interlock): Promise<boolean> {
    return !this.#file.kept || (await this.#file.write(this.#tripped(interlock)));
  }

  #tripped(but?: Interlock): Readonly<Record<string, Latch>> {
    const tripped = [...this.#interlocks.values()].flatMap((one) =>
      one.trip && one !== but ? [[one.name, { ...one.trip, of: withoutName(one.config) }] as const] : [],
    );
    return Object.fromEntries(tripped);
  }
}

/** What a latch file says. An interlock that it says nothing of was in order. */
function tripsIn(file: unknown, configs: readonly InterlockConfig[]): Read {
  const latches = (typeof file === "object" ? file : null) as Readonly<Record<string, Partial<Latch> | null>> | null;
  const known = Object.entries(latches ?? {}).flatMap(([name, latch]) =>
    latch ? [{ name, of: latch.of, trip: tripOf(latch) }] : [],
  );
  const found = standingFor(known, configs);
  const gone = new Set(known);
  for (const one of found.values()) gone.delete(one);
  return {
    of: (name) => found.get(name)?.trip,
    gone: new Map([...gone].map(({ name, trip }) => [name, trip])),
  };
}

const tripOf = ({ at, why }: Partial<Trip>): Trip => ({
  at: typeof at === "number" ? at : Date.now(),
  why: typeof why === "string" ? why : "the latch file says so",
});
