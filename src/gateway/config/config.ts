import { dirname, resolve } from "node:path";
import type { AlarmConfig } from "../../experiment/alarm/alarm-config.ts";
import type { CalibrationRule } from "../../experiment/calibration/validity.ts";
import type { NotifierConfig } from "../../experiment/notify/notifier-config.ts";
import type { RecordingConfig } from "../../experiment/recordings/recording-config.ts";
import type { ScheduleConfig } from "../../experiment/schedule/schedule-config.ts";
import type { BlobBounds } from "../../journal/blobs/bounds.ts";
import type { HistoryBounds } from "../../journal/history-bounds.ts";
import type { RecordingBounds } from "../../journal/recordings/bounds.ts";
import type { OutputContract } from "../../thing/affordance.ts";
import type { PinWiring } from "../../transport/gpio.ts";
import type { GpioSettings } from "../../transport/gpio-real.ts";
import type { PortWiring } from "../../transport/ports/wiring.ts";
import type { Static } from "../../typebox.ts";
import { type AccessConfig, readAccess } from "./access.ts";
import { readAlarm } from "./alarm.ts";
import { type DiscoveryConfig, discoverySchema } from "./discovery.ts";
import { ConfigFile } from "./file.ts";
import { readInterlock } from "./interlock.ts";
import { soundFields } from "./judge.ts";
import { type Limits, limitsSchema } from "./limits.ts";
import { type MqttConfig, readMqtt } from "./mqtt.ts";
import { readNotifier } from "./notifier.ts";
import { readRecording, readRecordingBounds } from "./recording.ts";
import { checkRules } from "./rules.ts";
import { readSchedule } from "./schedule.ts";
import { blobsSchema, gatewaySchema, gpioSchema, historySchema, listenSchema } from "./schema.ts";
import { readText } from "./text.ts";
import { readBus, readThing } from "./thing.ts";
import { readTls, type TlsFiles } from "./tls.ts";

/** `benchd.yaml`, with everything filled in that it may leave out. */
export interface Config {
  /** The file it came from, as it was named. */
  readonly file: string;
  /** Where paths in the file start from. */
  readonly directory: string;
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** It speaks HTTPS with these. */
    readonly tls?: TlsFiles | undefined;
  };
  /** Before every path of the HTTP interface; empty, or begins with a slash and does not end with one. */
  readonly prefix: string;
  /** Absolute; undefined when the file does not say. */
  readonly stateDirectory: string | undefined;
  readonly access: AccessConfig;
  /** Names under which this machine may be asked for, besides the address it listens on. */
  readonly allowedHosts: readonly string[];
  /** Wires that several Things share, by name. */
  readonly buses: ReadonlyMap<string, BusConfig>;
  readonly gpio: GpioSettings;
  /** How much of the past is kept; the usual amount unless told. */
  readonly history?: Partial<HistoryBounds>;
  /** How many blobs are kept; the usual amount unless told. */
  readonly blobs?: Partial<BlobBounds>;
  /** How many recordings are kept; the usual amount unless told. */
  readonly keepRecordings?: Partial<RecordingBounds>;
  /** How much clients may ask for; the usual amount unless told. */
  readonly limits?: Partial<Limits>;
  /** By name, in the order of the file. */
  readonly things: ReadonlyMap<string, ThingConfig>;
  readonly interlocks: ReadonlyMap<string, InterlockConfig>;
  /** What is recorded without anybody asking for it; nothing unless told. */
  readonly recordings?: readonly RecordingConfig[];
  /** What begins by itself; nothing unless told. */
  readonly schedules?: readonly ScheduleConfig[];
  /** What people are to be told of; nothing unless told. */
  readonly alarms?: readonly AlarmConfig[];
  /** In which ways; none unless told. */
  readonly notifiers?: readonly NotifierConfig[];
  /** The broker that it tells what happens; none unless told. */
  readonly mqtt?: MqttConfig | undefined;
  /** All that the file says, as it says it. */
  readonly content?: unknown;
  /** What somebody else has the last word on, by RFC 6901, `/listen/port`. */
  readonly overridden?: Readonly<Record<string, "command line" | "environment">>;
  /** How it is found; as is usual unless told. */
  readonly discovery?: Partial<DiscoveryConfig>;
  /** Where something in the file stands, as `file:line:column`. */
  at(...path: string[]): string;
}

/** What has to be in order, so that outputs may be used. */
export interface InterlockConfig {
  readonly name: string;
  /** The Thing and the property of it that are watched. */
  readonly thing: string;
  readonly property: string;
  /** The value that is in order; any other trips it. */
  readonly equals: unknown;
  /** What it acts on; their safe values where none is named. */
  readonly outputs: readonly {
    readonly thing: string;
    readonly output: string;
    readonly value: boolean | number | undefined;
  }[];
  /** `abort` ends what is under way on the Things of the outputs, `block` only keeps from beginning. */
  readonly on: "block" | "abort";
  /** It is read this often; bench time, in ms. */
  readonly pollMs: number;
  /** Not read for longer than this, it is not known any more; bench time, in ms. */
  readonly maxAgeMs: number;
}

/** A wire that several Things share. */
export interface BusConfig {
  readonly name: string;
  readonly serial: PortWiring;
}

/** A Thing's entry: its driver, and everything about it that is not the driver's business. */
export interface ThingConfig {
  readonly name: string;
  /** A name, or an absolute path. */
  readonly driver: string;
  readonly twin: string | undefined;
  readonly title: string | undefined;
  /** For the driver, not yet judged by the driver's own schema. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly serial: PortWiring | undefined;
  /** Instead: the bus it is on. */
  readonly bus: string | undefined;
  readonly gpio: Readonly<Record<string, PinWiring>>;
  /** The Thing in each slot. */
  readonly uses: Readonly<Record<string, string>>;
  /** What this bench wants of the driver's outputs. */
  readonly outputs: Readonly<Record<string, OutputSettings>>;
  /** What is asked of its calibration; nothing unless told. */
  readonly calibration?: CalibrationRule | undefined;
  /** Where something in this entry stands, as `file:line:column`. */
  at(...path: string[]): string;
}

/** What a bench may say of an output: its policies and its limits, never its safe value. */
export type OutputSettings = Partial<Omit<OutputContract, "safe" | "emergency">>;

/** Read and check a configuration file; throws a `ConfigError` that tells every mistake in it. */
export async function readConfig(file: string): Promise<Config> {
  return parseConfig(await readText(file), file);
}

export function parseConfig(text: string, file: string): Config {
  const { source, config } = inspectConfig(text, file);
  source.refuseMistakes();
  return config;
}

/** What can be made of a file: its sound entries, and in `source` the mistakes found so far. */
export function inspectConfig(text: string, file: string): { readonly source: ConfigFile; readonly config: Config } {
  const source = new ConfigFile(text, file);
  const directory = dirname(resolve(file));
  const sections = source.content === undefined ? {} : soundFields(source, gatewaySchema, source.content, []);
  const {
    listen,
    prefix = "",
    stateDirectory,
    allowedHosts = [],
    access,
    buses = {},
    gpio,
    history,
    blobs,
    limits = {},
    things = {},
    interlocks = {},
    recordings = {},
    keepRecordings,
    schedules = {},
    alarms = {},
    notifiers = {},
    mqtt,
    discovery = {},
  } = sections;
  const address = listen === undefined ? {} : soundFields(source, listenSchema, listen, ["listen"]);
  const pins = gpio === undefined ? {} : soundFields(source, gpioSchema, gpio, ["gpio"]);
  const past = history === undefined ? {} : soundFields(source, historySchema, history, ["history"]);
  const bytes = blobs === undefined ? {} : soundFields(source, blobsSchema, blobs, ["blobs"]);
  const entries = Object.entries(things).flatMap(([name, entry]) => readThing(source, directory, name, entry) ?? []);
  const wires = Object.entries(buses).flatMap(([name, bus]) => readBus(source, name, bus) ?? []);
  const guards = Object.entries(interlocks).flatMap(([name, entry]) => readInterlock(source, name, entry) ?? []);
  const host = address.host ?? "127.0.0.1";
  const config: Config = {
    file,
    directory,
    listen: {
      host,
      port: address.port ?? 5000,
      tls: address.tls === undefined ? undefined : readTls(source, directory, address.tls),
    },
    prefix,
    stateDirectory: stateDirectory === undefined ? undefined : resolve(directory, stateDirectory),
    allowedHosts,
    access: readAccess(source, access, host),
    buses: new Map(wires.map((bus) => [bus.name, bus])),
    gpio: { backend: pins.backend ?? "auto", chip: pins.chip },
    history: boundsOf(past),
    blobs: blobBoundsOf(bytes),
    limits: soundFields(source, limitsSchema, limits, ["limits"]),
    things: new Map(entries.map((entry) => [entry.name, entry])),
    interlocks: new Map(guards.map((interlock) => [interlock.name, interlock])),
    keepRecordings: readRecordingBounds(source, keepRecordings),
    recordings: Object.entries(recordings).flatMap(([name, entry]) => readRecording(source, name, entry) ?? []),
    schedules: Object.entries(schedules).flatMap(([name, entry]) => readSchedule(source, directory, name, entry) ?? []),
    alarms: Object.entries(alarms).flatMap(([name, entry]) => readAlarm(source, name, entry) ?? []),
    notifiers: Object.entries(notifiers).flatMap(([name, entry]) => readNotifier(source, directory, name, entry) ?? []),
    discovery: soundFields(source, discoverySchema, discovery, ["discovery"]),
    mqtt: mqtt === undefined ? undefined : readMqtt(source, directory, mqtt, Object.keys(things)),
    content: source.content,
    at: (...path) => source.at(path),
  };
  checkRules(source, config, { things: Object.keys(things), buses: Object.keys(buses) });
  return { source, config };
}

/** What the file says, and nothing that it leaves open. */
function boundsOf({ megabytes, ...rest }: Static<typeof historySchema>): Partial<HistoryBounds> {
  return { ...rest, ...(megabytes !== undefined && { bytes: megabytes * 2 ** 20 }) };
}

function blobBoundsOf({ megabytes, maxMegabytes, ...rest }: Static<typeof blobsSchema>): Partial<BlobBounds> {
  return {
    ...rest,
    ...(megabytes !== undefined && { bytes: megabytes * 2 ** 20 }),
    ...(maxMegabytes !== undefined && { maxBytes: maxMegabytes * 2 ** 20 }),
  };
}
