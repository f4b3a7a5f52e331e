import { isDeepStrictEqual } from "node:util";
import type { Config, ThingConfig } from "../config/config.ts";
import { differences } from "./differences.ts";

/** A configuration, and which version of each file of a driver or twin it means, by path. */
export interface Version {
  readonly config: Config;
  readonly modules: ReadonlyMap<string, string>;
}

/** What a reload has to do; Things by their names. */
export interface ReloadPlan {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** To be closed and opened anew. */
  readonly changed: readonly string[];
  /** Nothing of what they are built from is another. */
  readonly kept: readonly string[];
  /** What else is another and is taken up while benchd runs: the names of sections. */
  readonly sections: readonly LiveSection[];
  /** What a running process cannot change, and leaves as it is: the ways to it in the file, `listen.port`. */
  readonly needsRestart: readonly string[];
}

/** Sections besides Things that a reload takes up. */
export const liveSections = [
  ...(["interlocks", "recordings", "schedules", "alarms", "notifiers", "calibrations"] as const),
  ...(["mqtt", "limits", "history", "blobs", "keepRecordings"] as const),
] as const;
export type LiveSection = (typeof liveSections)[number];

/** What of such a section holds until benchd is started again. */
export const staying: Readonly<Partial<Record<LiveSection, readonly string[]>>> = {
  // Node goes by it for as long as its server is there.
  limits: ["requestSeconds"],
};

/** What is no setting, is looked at with the Things that it is for, or is a section of its own. */
const judgedElsewhere: ReadonlySet<string> = new Set([
  ...["file", "directory", "at", "content", "overridden", "things", "buses", "gpio"],
  ...liveSections,
]);

/** What has to be done so that a bench that was built from `before` is as if it had been built from `after`. */
export function planReload(before: Version, after: Version): ReloadPlan {
  const [old, next] = [before.config.things, after.config.things];
  const same = unchangedThings(before, after);
  const there = [...next.keys()].filter((name) => old.has(name));
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !next.has(name)),
    changed: there.filter((name) => !same.has(name)),
    kept: there.filter((name) => same.has(name)),
    sections: liveSections.filter(
      (section) => !isSame(sectionOf(before.config, section), sectionOf(after.config, section)),
    ),
    needsRestart: [...new Set(differences(unchangeable(before.config), unchangeable(after.config)).map(inTheFile))],
  };
}

/** Those of which nothing is another: neither what they are built from, nor a Thing in one of their slots. */
function unchangedThings(before: Version, after: Version): ReadonlySet<string> {
  const known = new Map<string, boolean>();
  const isUnchanged = (name: string): boolean => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const [old, next] = [before.config.things.get(name), after.config.things.get(name)];
    const unchanged =
      old !== undefined &&
      next !== undefined &&
      isSame(builtFrom(old, before), builtFrom(next, after)) &&
      // The configuration has no circles: it would have been refused.
      Object.values(next.uses).every(isUnchanged);
    known.set(name, unchanged);
    return unchanged;
  };
  return new Set([...after.config.things.keys()].filter(isUnchanged));
}

/** All that a Thing is built from, but for the Things in its slots. Its calibration rule is asked each time anew. */
function builtFrom({ at: _, calibration: __, bus, ...entry }: ThingConfig, { config, modules }: Version): object {
  const files = [entry.driver, entry.twin].map((path) => path !== undefined && modules.get(path));
  const wired = Object.keys(entry.gpio).length > 0;
  return { ...entry, files, bus, wire: bus !== undefined && config.buses.get(bus), chip: wired && config.gpio };
}

function sectionOf(config: Config, section: LiveSection): unknown {
  if (section !== "calibrations") {
    const said = config[section] ?? [];
    const rest = staying[section];
    return rest ? Object.entries(said).filter((one) => !isOneOf(rest)(one)) : said;
  }
  return [...config.things.values()].flatMap(({ name, calibration }) => (calibration ? [[name, calibration]] : []));
}

const isOneOf =
  (names: readonly string[] = []) =>
  ([name]: readonly [string, unknown]) =>
    names.includes(name);

/** Sections that a newer version may have are among them. */
function unchangeable(config: Config): object {
  const rest = Object.entries(staying).map(([section, names]) => {
    const said = Object.entries(config).find(([name]) => name === section)?.[1] ?? {};
    return [section, Object.fromEntries(Object.entries(said).filter(isOneOf(names)))] as const;
  });
  const others = Object.entries(config).filter(([name]) => !judgedElsewhere.has(name));
  return Object.fromEntries([...others, ...rest]);
}

/** What a file calls in its own words, and benchd in others. */
const inTheFile = (path: string): string => (path === "access.toldAuth" ? "access.auth" : path);

/** What a file says and where it says it are two things; and what is left out is as good as undefined. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(bare(a), bare(b));

function bare(value: unknown): unknown {
  if (value instanceof Map) return bare([...value]);
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const said = Object.entries(value).filter(([, one]) => one !== undefined && typeof one !== "function");
  return Object.fromEntries(said.map(([name, one]) => [name, bare(one)]));
}
