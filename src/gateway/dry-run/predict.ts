import { DiscreteClock } from "../../discrete-clock.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import type { Catalogue } from "../catalogue.ts";
import { Gateway } from "../gateway.ts";
import { usualAnswer } from "./answers.ts";
import type { DryRun, Forecast } from "./forecast.ts";
import { objectionsTo } from "./objections.ts";
import { restored } from "./portable.ts";
import { Timeline } from "./timeline.ts";
import { Troubles } from "./troubles.ts";

/** No run takes longer; bench time. */
const longestMs = 31 * 86_400_000;
const usualPatienceMs = 60_000;
const asker = { requestedBy: "a dry run" };

/**
 * Run a procedure in simulated time on twins of the Things of a configuration, by the code that runs it on the bench
 * itself. They begin as if they had just been switched on; questions are answered at once, see `usualAnswer`.
 */
export async function predict(asked: DryRun, catalogue: Catalogue): Promise<Forecast> {
  const { config, procedure, calibrations, version, patienceMs = usualPatienceMs } = asked;
  const clock = new DiscreteClock();
  const troubles = new Troubles(procedure);
  const gateway = await clock.until(
    Gateway.open({
      ...{ config: restored(config), catalogue, clock, processClock: new DiscreteClock(), mock: true },
      ...{ version: version ?? "unknown", log: (thing, level, message) => troubles.logged(thing, level, message) },
      answer: usualAnswer,
      calibrations,
    }),
  );
  try {
    const { runs } = gateway.experiments;
    const mistakes = objectionsTo(procedure, runs, asker);
    if (mistakes.length > 0) return { durationMs: 0, steps: [], mistakes };
    const timeline = new Timeline(clock);
    troubles.begin(timeline);
    const run = runs.start({ procedure, ...asker, watch: timeline });
    const given = await passTime(clock, run, patienceMs);
    const found = given === undefined ? troubles.of(run) : [...troubles.of(run), troubles.here(given)];
    return { durationMs: Math.round(timeline.elapsedMs), steps: timeline.told(), mistakes: found };
  } finally {
    await clock.until(gateway.close({ graceMs: 0 }));
  }
}

/** Until the run has ended; returns why it was given up, if it was. */
async function passTime(clock: DiscreteClock, { ended }: Invocation, patienceMs: number): Promise<string | undefined> {
  const from = clock.now();
  const realFrom = performance.now();
  let over = false;
  void ended.then(() => {
    over = true;
  });
  await clock.advance(0);
  while (!over) {
    if (clock.now() - from > longestMs) return `it goes on for more than ${longestMs / 86_400_000} days`;
    if (performance.now() - realFrom > patienceMs)
      return `given up after ${patienceMs / 1000} s of computing: nobody knows how long it takes`;
    await clock.step();
  }
  return undefined;
}
