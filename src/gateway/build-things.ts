import { createHash } from "node:crypto";
import type { CalibrationState } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { CalibrationRule } from "../experiment/calibration/validity.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { LogFields } from "../log-fields.ts";
import type { ActionAffordance } from "../thing/affordance.ts";
import { fitted } from "../thing/configured.ts";
import type { SettingsStore } from "../thing/settings.ts";
import { Thing } from "../thing/thing.ts";
import type { HeldLines } from "../transport/gpio.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config, ThingConfig } from "./config/config.ts";
import type { EmergencyStop } from "./emergency-stop.ts";
import type { Handover } from "./handover.ts";
import { cut, withOutputs } from "./outputs.ts";
import type { Transcribed } from "./transcript.ts";
import type { Wires } from "./wires.ts";

interface Ground {
  /** Those that stay, and those that are built by now, when they are the bench's. */
  readonly things: ReadonlyMap<string, Thing>;
  /** Which are built; all unless told. */
  readonly only?: ReadonlySet<string>;
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Of benchd. */
  readonly version?: string;
  readonly wires: Wires;
  readonly scheduler: Scheduler;
  readonly settings: SettingsStore;
  readonly handover: Pick<Handover, "of">;
  readonly heldLines?: HeldLines;
  readonly calibrations: { of(thing: string): CalibrationState };
  readonly emergencyStop: Pick<EmergencyStop, "press" | "latch">;
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
}

/** Build the Things of the configuration into `built`; none is opened. Returns what their transcripts need to be told. */
export async function buildThings(built: Map<string, Thing>, ground: Ground): Promise<readonly Transcribed[]> {
  const { things, only, config, catalogue, clock, version = "unknown", wires, scheduler, settings, log } = ground;
  const transcribed: Transcribed[] = [];
  for (const entry of inOrderOfUse(config.things)) {
    const { name, title, driver, uses } = entry;
    if (only && !only.has(name)) continue;
    const known = await catalogue.definition(driver);
    const filled = driverConfig(entry, known);
    const definition = withOutputs(fitted(known, filled, driver), entry, filled);
    const used = Object.entries(uses).flatMap(([slot, other]) => {
      const thing = built.get(other) ?? things.get(other);
      return thing ? [[slot, thing] as const] : [];
    });
    const thing = new Thing({
      name,
      title,
      made: { driver, benchd: version, configuration: hashOf(entry) },
      definition,
      config: filled,
      uses: Object.fromEntries(used),
      wiring: await wires.of(entry, definition),
      clock,
      scheduler,
      settings,
      log,
      emergencyStop: (reason, pressed) => ground.emergencyStop.press(name, reason, pressed),
      calibration: () => ground.calibrations.of(name),
      stopped: () => ground.emergencyStop.latch !== undefined,
      ...{ heldLines: ground.heldLines, handedOn: ground.handover.of(name) },
      cut: (output, why) => cut(things, output, `${name}: ${why}`, (level, message) => log("", level, message)),
    });
    built.set(name, thing);
    transcribed.push({ thing, driver, config: filled });
  }
  return transcribed;
}

/** A Thing, and those that its actions reserve, however deep. The configuration has no circles. */
export function takenWith(name: string, config: Config, things: ReadonlyMap<string, Thing>): readonly string[] {
  const actions: Readonly<Record<string, ActionAffordance>> = things.get(name)?.definition.actions ?? {};
  const slots = new Set(Object.values(actions).flatMap(({ reserves = [] }) => reserves));
  const used = [...slots].flatMap((slot) => config.things.get(name)?.uses[slot] ?? []);
  return [name, ...used.flatMap((other) => takenWith(other, config, things))];
}

/** What each Thing's entry asks of its calibration. */
export const calibrationRules = ({ things }: Config): ReadonlyMap<string, CalibrationRule> =>
  new Map([...things.values()].flatMap(({ name, calibration }) => (calibration ? [[name, calibration] as const] : [])));

/** Tells two configurations of a Thing apart. */
function hashOf({ driver, config, serial, bus, gpio, uses }: ThingConfig): string {
  const text = JSON.stringify({ driver, config, serial, bus, gpio, uses });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The Things that others use come first. The configuration has no circles: it would have been refused. */
function inOrderOfUse(things: ReadonlyMap<string, ThingConfig>): readonly ThingConfig[] {
  const ordered = new Set<ThingConfig>();
  const visit = (entry: ThingConfig) => {
    for (const name of Object.values(entry.uses)) {
      const used = things.get(name);
      if (used && !ordered.has(used)) visit(used);
    }
    ordered.add(entry);
  };
  for (const entry of things.values()) visit(entry);
  return [...ordered];
}
