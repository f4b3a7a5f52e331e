import type { Recordings } from "../../experiment/recordings/recordings.ts";
import type { Occupation } from "../../invocation/occupation.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Interlocks } from "../interlocks.ts";
import type { Leases } from "../leases.ts";

export interface Bench {
  readonly things: ReadonlyMap<string, Thing>;
  readonly occupation: Pick<Occupation, "busyWith">;
  readonly recordings: Pick<Recordings, "going">;
  readonly leases: Pick<Leases, "of">;
  readonly interlocks: Pick<Interlocks, "all">;
}

/** So many are told. */
const maxTold = 20;

/**
 * What would be lost if these Things were closed now, each in words: what runs or waits there, what is recorded, who has
 * them for himself, outputs that would be made safe, and what an interlock guards by one of them.
 */
export function inTheWay(
  names: readonly string[],
  built: ReadonlyMap<string, Thing>,
  { things, occupation, recordings, leases, interlocks }: Bench,
): readonly string[] {
  const known = (of: Iterable<string>) => new Set([...of].flatMap((name) => things.get(name) ?? []));
  const owners = known(names);
  const recorded = recordings.going
    // What the configuration has begun it begins again; what a run has begun is told with that.
    .filter((one) => one.configured === null && one.run === null && one.things.some((thing) => names.includes(thing)))
    .map(({ id, name, things: of }) => `the recording ${name} of ${of.join(", ")} goes on (${id})`);
  const leased = names.flatMap((name) => {
    const lease = leases.of(name);
    return lease ? [`${name} is leased to ${lease.holder}${lease.note ? `, who says "${lease.note}"` : ""}`] : [];
  });
  const on = [...owners].flatMap((thing) =>
    thing.lostTo(built.get(thing.name)).map((output) => `${thing.name}.${output} is on, and would be made safe`),
  );
  const guarded = interlocks.all
    .filter(({ config, trip }) => !trip && names.includes(config.thing))
    .flatMap(({ name, config, things: of }) => {
      const others = known(of.filter((one) => !names.includes(one)));
      return occupation
        .busyWith(others)
        .map((work) => `${work}, which the interlock ${name} guards by ${config.thing}`);
    });
  return [...occupation.busyWith(owners), ...recorded, ...leased, ...on, ...guarded].slice(0, maxTold);
}
