import { setImmediate } from "node:timers/promises";
import { apply } from "../../dashboard/bench/apply.ts";
import { Bench } from "../../dashboard/bench/bench.ts";
import type { About } from "../../dashboard/bench/shapes.ts";
import { ThingState } from "../../dashboard/bench/thing-state.ts";
import type { Clock } from "../../src/client/clock.ts";
import { Connection } from "../../src/client/connection.ts";
import type { BenchEvent } from "../../src/client/events.ts";

const about: About = {
  ...{ version: "0", mock: true, timeScale: 1, prefix: "", startedAt: "", now: "", clock: { trusted: true } },
  ...{ safeMode: null, openToAll: true, you: { name: "", session: false, grants: [] } },
};

const nothingKept = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

/** What a page knows of a bench whose gateway answers what a test says: a value, a refusal, or either when it comes to that. */
export function toldBench(answers: Map<string, unknown>, clock?: Clock) {
  const asked: string[] = [];
  /** Of what was asked for. */
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const { pathname, search } = new URL(String(input));
    asked.push(pathname + search);
    signals.push(init?.signal);
    const answer = await answers.get(pathname);
    if (answer instanceof Response) return answer.clone();
    return answer === undefined ? Response.json({ detail: "there is none" }, { status: 404 }) : Response.json(answer);
  };
  const connection = new Connection({ url: "http://bench", fetch: fetch as typeof globalThis.fetch, clock });
  const bench = new Bench(connection, () => nothingKept);
  const live = (state: "live" | "lost" = "live") => {
    bench.link.value = { state, since: 0, detail: "" };
  };
  const pump = new ThingState("pump", {
    title: "Pump",
    state: "ready",
    reason: null,
    running: null,
    queued: 0,
    metadata: {},
  });
  bench.things.value = new Map([["pump", pump]]);
  bench.about.value = about;
  live();
  return {
    ...{ bench, pump, asked, signals, live },
    /** Read anew, as after a gap. */
    again: () => {
      pump.forgetReadings();
      bench.about.value = { ...about };
    },
    tell: (event: Readonly<Record<string, unknown>>) =>
      apply(bench, { number: 1, at: new Date().toISOString(), ...event } as BenchEvent),
  };
}

/** Until all that has been asked for has been answered. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 12; n++) await setImmediate();
}
