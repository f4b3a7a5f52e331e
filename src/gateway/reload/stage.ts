import type { Thing } from "../../thing/thing.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Config } from "../config/config.ts";
import type { Transcribed } from "../transcript.ts";
import type { Wires } from "../wires.ts";
import { asItHolds } from "./as-it-holds.ts";
import type { Followers, Prepared } from "./follower.ts";
import { planReload, type ReloadPlan } from "./plan.ts";
import type { Setup } from "./setup.ts";

/** What another configuration comes to, built and not opened: nothing of the bench is touched by that. */
export interface Staged {
  readonly plan: ReloadPlan;
  /** Those that are new, or are built anew. */
  readonly built: ReadonlyMap<string, Thing>;
  /** Of them and those that stay. */
  readonly setup: Setup;
  /** What those take up who follow. */
  readonly prepared: readonly Prepared[];
}

interface Asked extends Omit<Setup, "transcribed"> {
  readonly built: Map<string, Thing>;
  readonly only: ReadonlySet<string>;
}

export interface Building {
  /** Read the configuration again. Throws a `ConfigError` that tells every mistake in it. */
  reread(catalogue: Catalogue): Promise<Config>;
  wires(config: Config, catalogue: Catalogue, before: Wires): Wires;
  /** Build those Things of it that `only` names into `built`. */
  build(asked: Asked): Promise<readonly Transcribed[]>;
}

const none: ReadonlyMap<string, string> = new Map();

/** Read the configuration again, and build what is new in it. What fails leaves nothing behind. */
export async function stage(
  now: Setup,
  { reread, wires: wire, build }: Building,
  followers: Followers,
): Promise<Staged> {
  const catalogue = now.catalogue.renewed?.() ?? now.catalogue;
  const latest = await reread(catalogue);
  const before = { config: now.config, modules: now.catalogue.versions ?? none };
  const planned = planReload(before, { config: latest, modules: catalogue.versions ?? none });
  const config = asItHolds(now.config, latest);
  const prepared = await followers.prepare(config, planned.sections);
  const sections = [...new Set([...planned.sections, ...prepared.map(({ section }) => section)])];
  const plan = { ...planned, sections };
  const built = new Map<string, Thing>();
  const wires = wire(config, catalogue, now.wires);
  try {
    const only = new Set([...plan.added, ...plan.changed]);
    const transcribed = await build({ config, catalogue, wires, built, only });
    const kept = now.transcribed.filter(({ thing }) => plan.kept.includes(thing.name));
    return { plan, built, setup: { config, catalogue, wires, transcribed: [...kept, ...transcribed] }, prepared };
  } catch (error) {
    // Those that stay have theirs elsewhere.
    wires.close();
    throw error;
  }
}
