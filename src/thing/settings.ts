/** Keeps the values of `persist` properties over restarts. */
export interface SettingsStore {
  read(thing: string): Readonly<Record<string, unknown>>;
  /** Resolves when the value is kept. */
  write(thing: string, property: string, value: unknown): Promise<void>;
}
