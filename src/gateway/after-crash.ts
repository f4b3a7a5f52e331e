import type { Clock } from "../clock.ts";
import { fitted } from "../thing/configured.ts";
import { heldOn } from "../thing/output-policies.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config/config.ts";
import { makeSafe, type Target } from "./make-safe.ts";
import { partsOf, withOutputs } from "./outputs.ts";
import { Wires } from "./wires.ts";

export interface AfterCrashOptions {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly mock: boolean;
  /** For each Thing, side by side; bench time. */
  readonly timeoutMs: number;
  /** Told as it is known. */
  made(report: MadeSafe): void;
}

/** What became of the outputs of a Thing. */
export interface MadeSafe {
  readonly thing: string;
  /** Made safe, and confirmed if there is anybody to confirm it. */
  readonly safe: readonly string[];
  /** Left as they are, as their contract says. */
  readonly held: readonly string[];
  /** Why nobody knows whether the others are safe. */
  readonly failure: string | undefined;
}

interface Bench {
  readonly targets: ReadonlyMap<string, Target>;
  /** Reached through other Things: what makes those safe makes it safe. */
  readonly through: ReadonlyMap<string, readonly string[]>;
}

/** Make every output safe that a crash does not let hold, without a gateway. Whether all of that is confirmed. */
export async function afterCrash(options: AfterCrashOptions): Promise<boolean> {
  const wires = new Wires(options);
  try {
    const { targets, through } = await benchOf(options, wires);
    const reports = await Promise.all([...targets.values()].map((target) => bring(target, options)));
    const cut = await cutOff(targets, reports, options);
    const unsafe = new Set(
      [...reports, ...cut].filter(({ failure }) => failure !== undefined).map(({ thing }) => thing),
    );
    const left = new Set(reports.filter(({ held }) => held.length > 0).map(({ thing }) => thing));
    for (const [thing, used] of through) {
      const ways = used.filter((name) => targets.has(name));
      const open = ways.filter((name) => unsafe.has(name) || left.has(name));
      const failure =
        ways.length === 0
          ? "none of the Things that it uses has an output"
          : open.length > 0
            ? `it is reached through ${open.join(", ")}`
            : undefined;
      options.made({ thing, safe: failure === undefined ? [`through ${ways.join(", ")}`] : [], held: [], failure });
      if (failure !== undefined) unsafe.add(thing);
    }
    return unsafe.size === 0;
  } finally {
    wires.close();
  }
}

async function benchOf({ config, catalogue, clock, timeoutMs }: AfterCrashOptions, wires: Wires): Promise<Bench> {
  const targets = new Map<string, Target>();
  const through = new Map<string, readonly string[]>();
  for (const entry of config.things.values()) {
    const { name, driver } = entry;
    const known = await catalogue.definition(driver);
    const filled = driverConfig(entry, known);
    const definition = withOutputs(fitted(known, filled, driver), entry, filled);
    if (Object.keys(definition.outputs ?? {}).length === 0) continue;
    const wired = entry.serial !== undefined || entry.bus !== undefined || Object.keys(entry.gpio).length > 0;
    if (!wired && Object.keys(entry.uses).length > 0) through.set(name, Object.values(entry.uses));
    else
      targets.set(name, {
        name,
        definition,
        config: filled,
        clock,
        timeoutMs,
        wiring: await wires.of(entry, definition),
      });
  }
  return { targets, through };
}

async function bring(target: Target, { made }: AfterCrashOptions): Promise<MadeSafe> {
  const { outputs = {} } = target.definition;
  const held = heldOn(outputs, "onCrash");
  return attempt(
    target,
    Object.keys(outputs).filter((name) => !held.includes(name)),
    held,
    made,
  );
}

/** Outputs that hold, but have to cut off what nobody knows to be safe. */
async function cutOff(
  targets: Bench["targets"],
  reports: readonly MadeSafe[],
  { made }: AfterCrashOptions,
): Promise<readonly MadeSafe[]> {
  const cuts = reports
    .filter(({ failure }) => failure !== undefined)
    .flatMap(({ thing }) => Object.values(targets.get(thing)?.definition.outputs ?? {}))
    .flatMap(({ cutBy }) => (cutBy === undefined ? [] : [partsOf(cutBy)]));
  const due = cuts.filter(([thing, output]) => reports.some((one) => one.thing === thing && one.held.includes(output)));
  return Promise.all(
    due.flatMap(([thing, output]) => {
      const target = targets.get(thing);
      return target ? [attempt(target, [output], [], made)] : [];
    }),
  );
}

async function attempt(
  target: Target,
  names: readonly string[],
  held: readonly string[],
  made: (report: MadeSafe) => void,
): Promise<MadeSafe> {
  const failure = await (names.length === 0 ? Promise.resolve() : makeSafe(target, names)).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const report = { thing: target.name, safe: failure === undefined ? names : [], held, failure };
  made(report);
  return report;
}
