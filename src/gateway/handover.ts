import { rm } from "node:fs/promises";
import type { LogLevel } from "../context.ts";
import { readJson, writeAtomically } from "../journal/atomic-file.ts";
import type { HandedOn } from "../thing/outputs.ts";
import type { Thing } from "../thing/thing.ts";

type Log = (level: LogLevel, message: string) => void;

/** What was on, and for how long, when a planned stop left it on (wall clock, ms). */
interface Note {
  readonly at: number;
  readonly things: Readonly<Record<string, HandedOn>>;
}

/**
 * What a planned stop tells the next start of the outputs that it has left on. It is good for one start: after a crash
 * nobody may take for held what was not.
 */
export class Handover {
  readonly #file: string | undefined;
  readonly #note: Note;
  readonly #log: Log;

  private constructor(file: string | undefined, note: Note, log: Log) {
    this.#file = file;
    this.#note = note;
    this.#log = log;
  }

  static async open(file: string | undefined, log: Log): Promise<Handover> {
    const nothing: Note = { at: Date.now(), things: {} };
    if (file === undefined) return new Handover(file, nothing, log);
    const read = await readJson(file);
    await rm(file, { force: true });
    if (read.found === "damage")
      log("warning", `what the last stop has left on is not known (kept as ${read.setAside}): all of it is made safe`);
    return new Handover(file, read.found === "value" ? { ...nothing, ...(read.value as Partial<Note>) } : nothing, log);
  }

  /** The time that benchd was away counts; where the wall clock was set back meanwhile, none of it does. */
  of(thing: string): HandedOn {
    const away = Math.max(0, Date.now() - this.#note.at);
    const on = Object.hasOwn(this.#note.things, thing) ? this.#note.things[thing] : undefined;
    return Object.fromEntries(Object.entries(on ?? {}).map(([output, ms]) => [output, ms + away]));
  }

  /** Everything is closed: hand on what stays on. */
  async write(things: readonly Pick<Thing, "name" | "handOn">[]): Promise<void> {
    const on = things.map((thing) => [thing.name, thing.handOn()] as const);
    const left = on.filter(([, outputs]) => Object.keys(outputs).length > 0);
    if (left.length === 0) return;
    const names = left.flatMap(([thing, outputs]) => Object.keys(outputs).map((output) => `${thing}.${output}`));
    this.#log("warning", `stays on, as its contract says: ${names.join(", ")}`);
    if (this.#file === undefined) return;
    const note: Note = { at: Date.now(), things: Object.fromEntries(left) };
    await writeAtomically(this.#file, `${JSON.stringify(note)}\n`).catch((error: unknown) =>
      this.#log("error", `what stays on could not be noted, so the next start makes it safe: ${error}`),
    );
  }
}
