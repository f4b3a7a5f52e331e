import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import type { Admission, AdmissionRequest } from "../invocation/admission.ts";
import type { StoredSettings } from "../journal/stored-settings.ts";
import type { PropertyAffordance } from "../thing/affordance.ts";
import type { AnyThing } from "../thing/define.ts";
import type { Thing } from "../thing/thing.ts";

interface Parts {
  readonly things: ReadonlyMap<string, Thing>;
  readonly settings: Pick<StoredSettings, "known" | "onKnown">;
  log(level: LogLevel, message: string): void;
}

/**
 * Keeps Things from working without the settings that they were given, such as a calibration, when a disk that failed at
 * the start has kept them from being read. Once they are known, those Things are opened anew with them.
 */
export class UnknownSettings implements Admission {
  readonly #without = new Set<string>();

  /** Before anything is opened. */
  watch({ things, settings, log }: Parts): void {
    if (settings.known) return;
    const concerned = [...things.values()].filter(({ definition }) => keepsSettings(definition));
    for (const { name } of concerned) this.#without.add(name);
    if (concerned.length === 0) return;
    const names = [...this.#without].join(", ");
    log("error", `the settings of ${names} cannot be read: until they can, nothing is started on what has them`);
    settings.onKnown(() => {
      log("info", `the settings of ${names} can be read: they are opened again with them`);
      for (const thing of concerned) void thing.reset().finally(() => this.#without.delete(thing.name));
    });
  }

  admit({ takes, affordance, urgent, safe }: AdmissionRequest): void {
    if (urgent || safe) return;
    const without = takes.find((thing) => this.#without.has(thing));
    if (without === undefined) return;
    throw new StorageError(
      `${affordance} is refused, as the settings of ${without} cannot be read from the disk: see to that, or wait a moment`,
    );
  }
}

const keepsSettings = ({ properties }: AnyThing): boolean =>
  Object.values<PropertyAffordance>(properties ?? {}).some(({ persist }) => persist);
