import { batch } from "@preact/signals";
import { RefusedError } from "../../src/client/errors.ts";
import { timesInZone } from "../parts/time-text.ts";
import type { Bench } from "./bench.ts";
import { InvocationState, type Step, type ToldInvocation } from "./invocation-state.ts";
import type { About, Alarm, EmergencyStop, Interlock, Lease, Prompt } from "./shapes.ts";
import { ThingState, type ToldThing } from "./thing-state.ts";

/** So many of those that go on are shown at once. */
const maxRunning = 200;
/** Of so many it is read, too, which other Things they use: events tell of changes only. */
const maxStepped = 20;
/** None of the log is wanted. */
const noLog = Number.MAX_SAFE_INTEGER;

type InvocationEntry = Omit<ToldInvocation, "thing"> & {
  readonly timeStarted: string | null;
  readonly timeRequested: string;
};

interface Stepped {
  readonly id: string;
  readonly steps: readonly Omit<Step, "n">[];
}

/** Read how the bench is now. Throws the client's errors, and changes nothing then. */
export async function load(bench: Bench, signal: AbortSignal): Promise<void> {
  const { connection } = bench;
  // One that is taken meanwhile may not stand in the list yet.
  const own = bench.ownLeases.numbers;
  const get = async <T>(path: string, query = {}) => (await connection.get(path, { signal, query })) as T;
  const about = await get<About>("/gateway/about");
  const going = (status: string) =>
    get<readonly InvocationEntry[]>(`${about.prefix}/action_invocations`, { status, limit: maxRunning });
  const [states, pending, running, prompts, leases, interlocks, alarms, emergencyStop] = await Promise.all([
    get<Readonly<Record<string, ToldThing>>>("/thing_states"),
    going("pending"),
    going("running"),
    get<readonly Prompt[]>("/gateway/prompts"),
    get<readonly Lease[]>("/gateway/leases"),
    get<Readonly<Record<string, Interlock>>>("/gateway/interlocks"),
    get<Readonly<Record<string, Alarm>>>("/gateway/alarms"),
    get<EmergencyStop>("/emergency_stop"),
  ]);
  const stepped = await Promise.all(
    running
      .slice(-maxStepped)
      .map(({ id }) => get<Stepped>(`${about.prefix}/action_invocations/${id}`, { log_since: noLog })),
  );
  batch(() => {
    tellAbout(bench, about);
    bench.things.value = new Map(Object.entries(states).map(([name, told]) => [name, thing(bench, name, told)]));
    const entries = [...running, ...pending].map((entry) => invocation(bench, about.prefix, entry));
    bench.invocations.value = new Map(entries.map((one) => [one.id, one]));
    for (const { id, steps } of stepped)
      bench.invocations.value.get(id)?.stepped(steps.map((step, n) => ({ ...step, n })));
    bench.prompts.value = prompts;
    bench.leases.value = leases;
    const held = new Set(leases.map(({ leaseNumber }) => leaseNumber));
    for (const number of own) if (!held.has(number)) bench.ownLeases.lose(number);
    bench.interlocks.value = new Map(Object.entries(interlocks));
    bench.alarms.value = new Map(Object.entries(alarms));
    bench.emergencyStop.value = emergencyStop;
  });
}

/** The same of the gateway itself alone: its clock may have been set. */
export async function loadAbout(bench: Bench, signal: AbortSignal): Promise<void> {
  const about = (await bench.connection.get("/gateway/about", { signal })) as About;
  signal.throwIfAborted();
  batch(() => tellAbout(bench, about));
}

function tellAbout(bench: Bench, about: About): void {
  bench.about.value = about;
  bench.clockAhead.value = Date.parse(about.now) - Date.now();
}

/** Whoever looks at it goes on looking at the same. */
function thing(bench: Bench, name: string, told: ToldThing): ThingState {
  const known = bench.things.peek().get(name);
  if (!known) return new ThingState(name, told);
  known.told(told);
  known.forgetReadings();
  return known;
}

function invocation(bench: Bench, prefix: string, entry: InvocationEntry): InvocationState {
  const [thing = "", action = ""] = entry.action.slice(prefix.length + 1).split("/");
  const told = { ...entry, thing, action };
  const at = Date.parse(entry.timeStarted ?? entry.timeRequested);
  const known = bench.invocations.peek().get(entry.id);
  if (!known) return new InvocationState(told, at);
  known.apply(told, at);
  return known;
}

/** What a gateway says no to, in words; other errors are not of it. */
export const refusalOf = (error: unknown): string => {
  if (error instanceof RefusedError) return timesInZone(error.detail, Date.now());
  return error instanceof Error ? error.message : String(error);
};
