import type { StateFile } from "../journal/state-file.ts";
import type { Interlock, Trip } from "./interlock.ts";

/** Which interlocks have tripped, in a file of which the next start has to know. */
export class InterlockLatches {
  readonly #file: Pick<StateFile, "kept" | "read" | "write" | "keep">;
  readonly #interlocks: ReadonlyMap<string, Interlock>;

  constructor(file: Pick<StateFile, "kept" | "read" | "write" | "keep">, interlocks: ReadonlyMap<string, Interlock>) {
    this.#file = file;
    this.#interlocks = interlocks;
  }

  /** Why an interlock was tripped when the last process ended. A file that cannot be read counts as all of them tripped. */
  async read(): Promise<(interlock: string) => Trip | undefined> {
    const read = await this.#file.read();
    if (read.found === "value") return (interlock) => tripIn(read.value, interlock);
    if (read.found !== "damage") return () => undefined;
    return () => ({ at: Date.now(), why: `the latch file was damaged, and is kept as ${read.setAside}` });
  }

  /** Write down how they are; again and again until the disk has it. */
  keep(): void {
    void this.#file.keep(this.#tripped());
  }

  /** Write down that one is in order again; false when the disk has not taken it. */
  async keepWithout(interlock: Interlock): Promise<boolean> {
    return !this.#file.kept || (await this.#file.write(this.#tripped(interlock)));
  }

  #tripped(but?: Interlock): Readonly<Record<string, Trip>> {
    return Object.fromEntries(
      [...this.#interlocks.values()].flatMap((one) => (one.trip && one !== but ? [[one.name, one.trip] as const] : [])),
    );
  }
}

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
