import type { Subject } from "./subject.ts";
import { Trial } from "./trial.ts";

const known = new Map<Subject, Promise<ReadonlySet<string>>>();

/** The commands by which a device is opened, read, stopped and closed: whatever else it is told, an action tells it. */
export function harmless(subject: Subject): Promise<ReadonlySet<string>> {
  const found = known.get(subject) ?? listen(subject);
  known.set(subject, found);
  return found;
}

/** What is done to a Thing without asking an action of it; `act` begins it, `listened` is what counts of it. */
interface Occasion {
  readonly inMidAction?: boolean;
  act?(trial: Trial): Promise<void>;
  listened(trial: Trial): Promise<unknown>;
}

const occasions: readonly Occasion[] = [
  { listened: ({ bench, faulty }) => bench.clock.until(faulty.reset()) },
  {
    async listened({ bench, faulty }) {
      for (const name of Object.keys(faulty.definition.properties ?? {}))
        await bench.clock.until(faulty.read(name).catch(() => {}));
    },
  },
  { inMidAction: true, listened: ({ bench, faulty }) => bench.clock.until(faulty.reset()) },
  {
    inMidAction: true,
    async act({ bench, device }) {
      device.unplug();
      // Until the invocation has ended: then its outcome is asked for.
      await bench.clock.advance(30_000);
      device.plug();
    },
    listened: ({ bench }) => bench.clock.advance(35_000),
  },
  {
    inMidAction: true,
    act: async ({ device }) => device.powerCycle(),
    listened: ({ bench, faulty }) => bench.clock.until(faulty.reset()),
  },
  {
    inMidAction: true,
    listened: async ({ bench, faulty, subject }) => subject.canStop && bench.run(faulty.name, "stop"),
  },
];

async function listen(subject: Subject): Promise<ReadonlySet<string>> {
  const heard = new Set<string>();
  for (const { inMidAction, act, listened } of occasions) {
    if (inMidAction && subject.action === undefined) continue;
    const trial = await Trial.open(subject);
    if (inMidAction) await trial.midway();
    await act?.(trial);
    const from = trial.device.commands.length;
    await listened(trial);
    for (const command of trial.device.commands.slice(from)) heard.add(command);
    await trial.bench.close();
  }
  return heard;
}
