import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LogLevel } from "../context.ts";
import { readJson, writeAtomically } from "../journal/atomic-file.ts";
import type { HandedOn } from "../thing/held-outputs.ts";
import type { Thing } from "../thing/thing.ts";
import { machineUptime, type Uptime } from "../transport/uptime.ts";

/** In the state directory. */
export const handedOn = "handed-on.json";

type Log = (level: LogLevel, message: string) => void;

/** What was on, and for how long, when a planned stop left it on. */
interface Note {
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly boot?: string | undefined;
  /** Of that start of the machine, milliseconds. */
  readonly uptime?: number;
  readonly things: Readonly<Record<string, HandedOn>>;
}

/**
 * What a planned stop tells the next start of the outputs that it has left on. It is good for one start that opens
 * them: after a crash nobody may take for held what was not.
 */
export class Handover {
  readonly #file: string | undefined;
  #note: Note;
  readonly #uptime: Uptime;
  readonly #log: Log;

  private constructor(file: string | undefined, note: Note, uptime: Uptime, log: Log) {
    this.#file = file;
    this.#note = note;
    this.#uptime = uptime;
    this.#log = log;
  }

  static async open(file: string | undefined, log: Log, machine: Uptime = machineUptime()): Promise<Handover> {
    const nothing: Note = { at: Date.now(), things: {} };
    if (file === undefined) return new Handover(file, nothing, machine, log);
    const read = await readJson(file);
    if (read.found === "damage")
      log("warning", `what the last stop has left on is not known (kept as ${read.setAside}): all of it is made safe`);
    const note = read.found === "value" ? { ...nothing, ...(read.value as Partial<Note>) } : nothing;
    return new Handover(file, note, machine, log);
  }

  /**
   * The Things are about to be opened: the note is used up. One that would be found again after a crash is not used, and
   * all is made safe.
   */
  async spend(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      await rm(this.#file, { force: true });
    } catch (error) {
      this.#note = { at: Date.now(), things: {} };
      this.#log(
        "warning",
        `what the last stop has left on is made safe, as the note of it cannot be removed: ${error}`,
      );
    }
  }

  /** The time that benchd was away counts. */
  of(thing: string): HandedOn {
    const away = this.#awayMs();
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
    const { boot } = this.#uptime;
    const note: Note = { at: Date.now(), boot, uptime: this.#uptime.now(), things: Object.fromEntries(left) };
    await writeAtomically(this.#file, `${JSON.stringify(note)}\n`).catch((error: unknown) =>
      this.#log("error", `what stays on could not be noted, so the next start makes it safe: ${error}`),
    );
  }

  /** Whatever the wall clock does, unless the machine was started anew: none, then, where that was set back. */
  #awayMs(): number {
    const { at, boot, uptime } = this.#note;
    const sameBoot = boot !== undefined && boot === this.#uptime.boot && uptime !== undefined;
    return Math.max(0, sameBoot ? this.#uptime.now() - uptime : Date.now() - at);
  }
}

/** All that it tells of has been made safe by somebody else. */
export const forgetHandover = (folder: string): Promise<void> => rm(join(folder, handedOn), { force: true });
