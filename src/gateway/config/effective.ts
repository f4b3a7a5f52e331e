import { formatDuration } from "../../duration.ts";
import { blobBounds } from "../../journal/blobs/bounds.ts";
import { historyBounds } from "../../journal/history-bounds.ts";
import { recordingBounds } from "../../journal/recordings/bounds.ts";
import type { Config } from "./config.ts";
import { usualLimits } from "./limits.ts";
import { mayBeSecret, notShown, withoutSecrets } from "./not-shown.ts";

/** Who says what a setting is. */
export type SettingFrom = "file" | "default" | "command line" | "environment";

/** A setting as it holds. */
export interface EffectiveSetting {
  /** The way to it in the file, as RFC 6901 has it: `/listen/port`. */
  readonly path: string;
  /** As the file would say it; lists as a whole. */
  readonly value: unknown;
  readonly from: SettingFrom;
}

type Group = Readonly<Record<string, unknown>>;

/**
 * What a configuration comes to, with what it leaves out filled in. Secrets are in none; what might hold one is not shown.
 * `drivers` is what each driver gets, by the name of its Thing.
 */
export function effectiveSettings(config: Config, drivers: ReadonlyMap<string, object>): readonly EffectiveSetting[] {
  const { overridden = {} } = config;
  const said = isGroup(config.content) ? config.content : {};
  return walk(said, filled(config, drivers), "", overridden);
}

function walk(
  said: Group,
  whole: Group,
  at: string,
  overridden: Readonly<Record<string, SettingFrom>>,
): EffectiveSetting[] {
  return [...new Set([...Object.keys(said), ...Object.keys(whole)])].flatMap((name) => {
    const path = `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const [its, value] = [said[name], whole[name]];
    const over = overridden[path];
    if (over !== undefined) return [{ path, value: shown(path, value), from: over }];
    const [group, other] = [isGroup(its) ? its : undefined, isGroup(value) ? value : undefined];
    if (group || (other && its === undefined)) return walk(group ?? {}, other ?? {}, path, overridden);
    if (its !== undefined && its !== null) return [{ path, value: shown(path, its), from: "file" }];
    return value === undefined ? [] : [{ path, value: shown(path, value), from: "default" }];
  });
}

const mebibyte = 2 ** 20;

/** What holds, in the words of the file, as far as the file may leave it out. */
function filled(config: Config, drivers: ReadonlyMap<string, object>): Group {
  const {
    listen,
    prefix,
    stateDirectory,
    allowedHosts,
    access,
    gpio,
    interlocks,
    schedules = [],
    alarms = [],
    notifiers = [],
    discovery,
    mqtt,
  } = config;
  // Without a folder all of it is in memory, which has bounds of its own.
  const history = historyBounds(stateDirectory, config.history);
  const blobs = blobBounds(stateDirectory, config);
  const kept = recordingBounds(stateDirectory, config.keepRecordings);
  const { auth, emergencyStop, origins, proxies } = access;
  return {
    ...{ listen: { host: listen.host, port: listen.port }, prefix, stateDirectory, allowedHosts },
    access: { auth, emergencyStop, origins, proxies },
    gpio,
    history: inMegabytes(history),
    blobs: inMegabytes(blobs),
    keepRecordings: inMegabytes(kept),
    limits: { ...usualLimits, ...config.limits },
    things: Object.fromEntries([...drivers].map(([name, driver]) => [name, { config: driver }])),
    interlocks: Object.fromEntries(
      [...interlocks.values()].map(({ name, on, pollMs, maxAgeMs }) => [name, { on, pollMs, maxAgeMs }]),
    ),
    schedules: Object.fromEntries(
      schedules.flatMap(({ name, times }) =>
        times.kind === "cron" ? [[name, { timeZone: times.timeZone, untrustedClock: times.untrustedClock }]] : [],
      ),
    ),
    alarms: Object.fromEntries(
      alarms.map(({ name, clearAfterMs, unknown }) => [name, { clearAfter: formatDuration(clearAfterMs), unknown }]),
    ),
    notifiers: Object.fromEntries(
      notifiers.flatMap(({ name, way }) =>
        way.kind === "mail" ? [[name, { mail: { port: way.port, tls: way.tls } }]] : [],
      ),
    ),
    discovery: { mdns: discovery?.mdns ?? true },
    // What its requests are allowed is a default only where the file says nothing.
    ...(mqtt && { mqtt: { prefix: mqtt.prefix, requests: mqtt.requests } }),
  };
}

interface Sized {
  readonly bytes: number;
  readonly maxBytes?: number;
  readonly minFreeBytes?: number;
}

/** Bounds as the file has them. */
function inMegabytes({ bytes, maxBytes, minFreeBytes, ...rest }: Sized): Group {
  return {
    ...rest,
    megabytes: bytes / mebibyte,
    ...(maxBytes !== undefined && { maxMegabytes: maxBytes / mebibyte }),
    ...(minFreeBytes !== undefined && { minFreeMegabytes: minFreeBytes / mebibyte }),
  };
}

/** Where somebody else than benchd has named the settings: what drivers take, and what actions and procedures are given. */
const foreign = /^\/(?:things\/[^/]*\/config|schedules\/[^/]*\/(?:input|parameters))(?=\/|$)/;

function shown(path: string, value: unknown): unknown {
  const names = path.replace(foreign, "").slice(1).split("/");
  if (foreign.test(path) ? names.some(mayBeSecret) : path.endsWith("/webhook/url")) return notShown;
  if (value === undefined || value === null) return value;
  return withoutSecrets(value);
}

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);
