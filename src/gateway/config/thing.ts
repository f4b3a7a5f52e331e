import { isAbsolute, resolve } from "node:path";
import { parseDuration } from "../../duration.ts";
import { InputError } from "../../errors.ts";
import type { CalibrationRule } from "../../experiment/calibration/validity.ts";
import type { PinWiring } from "../../transport/gpio.ts";
import type { BusConfig, OutputSettings, ThingConfig } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { fits, soundFields } from "./judge.ts";
import { busSchema, calibrationSchema, outputSchema, pinSchema, slotSchema, thingSchema } from "./schema.ts";
import { readSerial } from "./serial.ts";

/** One entry below `things:`; undefined when it does not even name its driver. */
export function readThing(
  source: ConfigFile,
  directory: string,
  name: string,
  content: unknown,
): ThingConfig | undefined {
  const path = ["things", name];
  const { driver, twin, title, config, serial, bus, gpio, uses, calibration, outputs } = soundFields(
    source,
    thingSchema,
    content,
    path,
  );
  if (driver === undefined) return undefined;
  const module = (named: string) => (isPath(named) ? resolve(directory, named) : named);
  return {
    name,
    driver: module(driver),
    twin: twin === undefined ? undefined : module(twin),
    title,
    config: config ?? {},
    serial: source.has([...path, "serial"]) ? readSerial(source, [...path, "serial"], serial) : undefined,
    bus,
    gpio: readPins(source, [...path, "gpio"], gpio),
    uses: readSlots(source, [...path, "uses"], uses),
    calibration: calibration === undefined ? undefined : readCalibration(source, [...path, "calibration"], calibration),
    outputs: readOutputs(source, [...path, "outputs"], outputs),
    at: (...below) => source.at([...path, ...below]),
  };
}

/** One entry below `buses:`; undefined when nobody can tell where it leads. */
export function readBus(source: ConfigFile, name: string, content: unknown): BusConfig | undefined {
  const path = ["buses", name];
  const { serial } = soundFields(source, busSchema, content, path);
  const wiring = source.has([...path, "serial"]) ? readSerial(source, [...path, "serial"], serial) : undefined;
  return wiring && { name, serial: wiring };
}

/** Drivers are named; whatever looks like a path is one, so that a name can never lead out of the package. */
export const isPath = (named: string) => isAbsolute(named) || /[/\\]|\.(js|mjs|ts)$/.test(named);

type Section = Readonly<Record<string, unknown>> | undefined;

function readPins(source: ConfigFile, path: readonly string[], section: Section): Record<string, PinWiring> {
  const pins: Record<string, PinWiring> = {};
  for (const [name, wiring] of Object.entries(section ?? {})) {
    const spelled = typeof wiring === "number" ? { line: wiring } : wiring;
    const { line, ...options } = soundFields(source, pinSchema, spelled, [...path, name]);
    if (line !== undefined) pins[name] = { line, ...options };
  }
  return pins;
}

function readSlots(source: ConfigFile, path: readonly string[], section: Section): Record<string, string> {
  const slots: Record<string, string> = {};
  for (const [slot, thing] of Object.entries(section ?? {}))
    if (fits(source, slotSchema, thing, [...path, slot])) slots[slot] = thing;
  return slots;
}

function readCalibration(source: ConfigFile, path: readonly string[], section: unknown): CalibrationRule {
  const { expires, whenExpired = "warn" } = soundFields(source, calibrationSchema, section, path);
  return {
    expiresMs: expires === undefined ? undefined : readLife(source, [...path, "expires"], expires),
    whenExpired,
  };
}

function readLife(source: ConfigFile, path: readonly string[], text: string): number | undefined {
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
    source.mistake(path, `"expires" must be longer than nothing: leave it out where calibrations do not age`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    source.mistake(path, `"expires": ${error.message}`);
  }
  return undefined;
}

function readOutputs(source: ConfigFile, path: readonly string[], section: Section): Record<string, OutputSettings> {
  const outputs = Object.entries(section ?? {});
  return Object.fromEntries(
    outputs.map(([name, settings]) => [name, soundFields(source, outputSchema, settings, [...path, name])]),
  );
}
