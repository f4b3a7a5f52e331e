import type { LogLevel } from "../context.ts";
import type { SettingsStore } from "../thing/settings.ts";
import { readJson, writeAtomically } from "./atomic-file.ts";

type Settings = Record<string, Record<string, unknown>>;

/** Settings in one small JSON file; without a file they last as long as the process. */
export class SettingsFile implements SettingsStore {
  readonly #file: string | undefined;
  readonly #settings: Settings;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined, settings: Settings) {
    this.#file = file;
    this.#settings = settings;
  }

  static async open(file: string | undefined, log: (level: LogLevel, message: string) => void): Promise<SettingsFile> {
    const read = file === undefined ? ({ found: "nothing" } as const) : await readJson(file);
    if (read.found === "damage") {
      log("error", `the settings could not be read and start afresh; the damaged file is kept as ${read.setAside}`);
    }
    return new SettingsFile(file, read.found === "value" && isSettings(read.value) ? read.value : {});
  }

  read(thing: string): Readonly<Record<string, unknown>> {
    return (Object.hasOwn(this.#settings, thing) && this.#settings[thing]) || {};
  }

  async write(thing: string, property: string, value: unknown): Promise<void> {
    this.#settings[thing] = { ...this.read(thing), [property]: value };
    const file = this.#file;
    if (file === undefined) return;
    // One write at a time, each with all that is set by then; a write that failed does not keep later ones from trying.
    const turn = this.#writing.then(() => writeAtomically(file, `${JSON.stringify(this.#settings, null, 2)}\n`));
    this.#writing = turn.catch(() => {});
    await turn;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSettings = (value: unknown): value is Settings => isObject(value) && Object.values(value).every(isObject);
