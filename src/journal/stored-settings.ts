import { rename } from "node:fs/promises";
import type { LogLevel } from "../context.ts";
import type { SettingsStore } from "../thing/settings.ts";
import { readJson } from "./atomic-file.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";

/** Settings beside the invocations, in the same file and on the disk by the same way. */
export class StoredSettings implements SettingsStore {
  readonly #journal: SqliteJournal;
  readonly #settings = new Map<string, Record<string, unknown>>();

  constructor(journal: SqliteJournal) {
    this.#journal = journal;
    for (const { thing, property, value } of journal.settings()) this.#put(thing, property, JSON.parse(value));
  }

  read(thing: string): Readonly<Record<string, unknown>> {
    return this.#settings.get(thing) ?? {};
  }

  async write(thing: string, property: string, value: unknown): Promise<void> {
    this.#put(thing, property, value);
    await this.#journal.keepSetting(thing, property, JSON.stringify(value));
  }

  /** Take over what an earlier benchd has kept in a file of its own, once: the file has another name afterwards. */
  async takeOver(file: string, log: (level: LogLevel, message: string) => void): Promise<void> {
    const read = await readJson(file);
    if (read.found === "nothing") return;
    if (read.found === "damage") {
      log("error", `the settings could not be read and start afresh; the damaged file is kept as ${read.setAside}`);
      return;
    }
    const found = isSettings(read.value) ? Object.entries(read.value) : [];
    const all = found.flatMap(([thing, values]) =>
      Object.entries(values).map(([name, value]) => ({ thing, name, value })),
    );
    // What is here already is newer.
    const missing = all.filter(({ thing, name }) => !Object.hasOwn(this.read(thing), name));
    await Promise.all(missing.map(({ thing, name, value }) => this.write(thing, name, value)));
    await rename(file, `${file}.taken-over`);
    log("info", `the settings are kept with the history from now on; the old file is ${file}.taken-over`);
  }

  #put(thing: string, property: string, value: unknown): void {
    this.#settings.set(thing, { ...this.#settings.get(thing), [property]: value });
  }
}

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSettings = (value: unknown): value is Settings => isObject(value) && Object.values(value).every(isObject);
