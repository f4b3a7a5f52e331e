import { rename } from "node:fs/promises";
import type { LogLevel } from "../context.ts";
import type { LogFields } from "../log-fields.ts";
import type { SettingsStore } from "../thing/settings.ts";
import { readJson } from "./atomic-file.ts";
import { parsed } from "./parsed.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";

type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** Settings beside the invocations, in the same file and on the disk by the same way. */
export class StoredSettings implements SettingsStore {
  readonly #journal: SqliteJournal;
  readonly #log: Log;
  readonly #settings = new Map<string, Record<string, unknown>>();
  #known = false;
  #whenKnown: (() => void) | undefined;

  /** `log` is told of what is lost. */
  constructor(journal: SqliteJournal, log: Log = () => {}) {
    this.#journal = journal;
    this.#log = log;
    journal.onReopened(() => this.#load());
    this.#load();
  }

  /** Whether they could be read since the start: until then those that were kept earlier are missing. */
  get known(): boolean {
    return this.#known;
  }

  /** Be told when that has become so. */
  onKnown(listener: () => void): void {
    this.#whenKnown = listener;
  }

  read(thing: string): Readonly<Record<string, unknown>> {
    return this.#settings.get(thing) ?? {};
  }

  async write(thing: string, property: string, value: unknown): Promise<void> {
    this.#put(thing, property, value);
    await this.#journal.keepSetting(thing, property, JSON.stringify(value));
  }

  /** Take over what an earlier benchd has kept in a file of its own, once: the file has another name afterwards. */
  async takeOver(file: string, log: Log): Promise<void> {
    // What is kept may be newer.
    if (!this.#known) return;
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
    try {
      await Promise.all(missing.map(({ thing, name, value }) => this.write(thing, name, value)));
      await rename(file, `${file}.taken-over`);
    } catch (error) {
      // They hold all the same.
      log("warning", `the settings of ${file} could not be taken over yet; the next start tries again: ${error}`);
      return;
    }
    log("info", `the settings are kept with the history from now on; the old file is ${file}.taken-over`);
  }

  /** What has been written since the start is newer than the file; what a new file lacks it gets. */
  #load(): void {
    const kept = this.#journal.settings();
    if (!kept) return;
    const news = [...this.#settings].flatMap(([thing, values]) =>
      Object.entries(values).map((one) => [thing, ...one] as const),
    );
    for (const { thing, property, value: text } of kept) {
      if (Object.hasOwn(this.read(thing), property)) continue;
      const value = parsed(text);
      if (value === undefined)
        this.#log("error", `the setting ${property} of ${thing} is damaged: it starts afresh`, { thing });
      else this.#put(thing, property, value);
    }
    // Tried again with all the rest when it fails.
    for (const [thing, property, value] of news)
      this.#journal.keepSetting(thing, property, JSON.stringify(value)).catch(() => {});
    if (this.#known) return;
    this.#known = true;
    this.#whenKnown?.();
  }

  #put(thing: string, property: string, value: unknown): void {
    this.#settings.set(thing, { ...this.#settings.get(thing), [property]: value });
  }
}

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSettings = (value: unknown): value is Settings => isObject(value) && Object.values(value).every(isObject);
