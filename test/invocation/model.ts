import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acknowledgeCancel, background, shield, sleep } from "../../src/ambient.ts";
import { ambient } from "../../src/context.ts";
import { DeviceFaultError, InvocationCancelledError, LaneHeldError, StoppedError } from "../../src/errors.ts";
import { Frame } from "../../src/invocation/frame.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import { type TestThing, testScheduler } from "./fixture.ts";
import { type Deed, type Event, event, latest, type Request, things } from "./program.ts";

/** A call as the model sees it: on which Thing it is at work, and for whom. */
interface Call {
  readonly thing: TestThing;
  readonly caller: Call | undefined;
  readonly beside: boolean;
  readonly run: Run | undefined;
}

/** What the model knows of an invocation. */
interface Run {
  record: Invocation | undefined;
  readonly thing: TestThing;
  readonly n: number;
  /** Nothing in its program keeps it from ending at once. */
  readonly obedient: boolean;
  /** Its handler has thrown. */
  failed: boolean;
  /** How often its Thing had been made safe when it was fenced, or failed without foresight. */
  safeBefore: number;
  crashed: boolean;
}

const hasEnded = ({ record }: Run) => record !== undefined && isTerminal(record.status);
const isWithin = (one: Call | undefined, other: Call): boolean =>
  one !== undefined && (one === other || isWithin(one.caller, other));
const obeys = (program: readonly Deed[]): boolean =>
  program.every(
    (one) =>
      !["crash", "ignore", "hang", "shield", "swallow", "background", "leave"].includes(one.deed) &&
      (one.deed !== "call" || (one.awaited && obeys(one.deeds))),
  );

/** When the gateway ends, long after all that is random; and when then everything must have ended. */
const closeAt = 10_000;
const closedBy = 20_000;

/** Runs a program against the real scheduler, and notes everything that no program may ever make happen. */
class Model {
  readonly violations = new Set<string>();
  readonly #runs: Run[] = [];
  readonly #frames = new Set<Frame>();
  readonly #bench = testScheduler({
    admission: {
      admit: () => {
        if (this.#latched) throw new StoppedError("the emergency stop is latched");
      },
    },
    suspended: (frame) => void this.#frames.add(frame),
  });
  readonly #things = Array.from({ length: things }, (_, n) => this.#thing(`thing${n}`));
  readonly #atWork = new Map<Call, AbortSignal>();
  readonly #order = new Map<TestThing, number[]>();
  readonly #quarantines = new Map<TestThing, Set<unknown>>();
  /** Those that an emergency stop has met alive. */
  readonly #cutOff = new Set<Run>();
  readonly #hanging: (() => void)[] = [];
  #latched = false;
  #hangs = true;
  #open = 0;

  async play(events: readonly Event[]): Promise<void> {
    const { clock, scheduler } = this.#bench;
    // At even times all happens in one go, at odd times each comes to rest before the next.
    for (let time = 0; time <= latest; time++) {
      const now = events.filter(({ at }) => at === time);
      if (time % 2) for (const one of now) clock.after(time, () => this.#happen(one));
      else clock.after(time, () => now.forEach((one) => void this.#happen(one)));
    }
    await clock.advance(closeAt);
    for (const run of this.#runs) if (run.failed && !hasEnded(run)) this.#violated("a failed handler does not end");
    for (const { lane, name } of this.#things)
      if (lane.idle && lane.queue[0]?.waitingFor() === null) this.#violated(`${name} is free and starts nothing`);
    const stuck = this.#runs.filter((run) => !hasEnded(run));
    if (this.#hanging.length === 0 && stuck.length > 0) this.#violated("nothing hangs, and yet not all has ended");
    let closed = false;
    void scheduler.close().then(() => {
      closed = true;
    });
    await clock.advance(closedBy - closeAt);
    if (!closed || this.#open > 0) this.#violated("the scheduler does not close");
    for (const run of this.#runs) if (!hasEnded(run)) this.#violated(`${run.n} is ${run.record?.status}`);
    this.#hangs = false;
    for (const release of this.#hanging) release();
    await clock.advance(100);
    this.#conclude();
  }

  #happen(event: Event): void {
    const { scheduler } = this.#bench;
    if (event.kind === "invoke") this.#invoke(event);
    else if (event.kind === "write") {
      const call: Call = { thing: this.#on(event.on), caller: undefined, beside: false, run: undefined };
      this.#open++;
      const closed = () => void this.#open--;
      call.thing.write("write", () => this.#handle(call, event.deeds)).then(closed, closed);
    } else if (event.kind === "cancel") {
      const live = this.#runs.filter((run) => !hasEnded(run));
      const victim = live[event.which % Math.max(1, live.length)]?.record;
      if (victim) scheduler.cancel(victim, "client", "a client");
    } else if (event.kind === "stop") scheduler.clear(this.#on(event.on).lane, "stopped", "a client");
    else if (event.kind === "lose") {
      const error = new DeviceFaultError("lost");
      scheduler.refuse(this.#on(event.on).lane, error);
      scheduler.fail(this.#on(event.on).lane, error);
    } else if (event.kind === "clear") this.#latched = false;
    else {
      this.#latched = true;
      for (const run of this.#runs) if (!hasEnded(run)) this.#cutOff.add(run);
      scheduler.breakOffAll("emergency_stop", "a client", () => {
        for (const fence of this.#atWork.values())
          if (!fence.aborted) this.#violated("the stop is sent before the fence");
      });
    }
  }

  #invoke({ on, reserves, deeds, beside, whenBusy, startWithinMs, timeoutMs, cancelGraceMs }: Request): void {
    const thing = this.#on(on);
    const others = beside ? [] : this.#others(thing, reserves);
    const obedient = obeys(deeds) && cancelGraceMs > 0;
    const run: Run = {
      record: undefined,
      thing,
      n: this.#runs.length,
      obedient,
      failed: false,
      crashed: false,
      safeBefore: 0,
    };
    const handler = async () => {
      await Promise.resolve(); // Its record is there only once it has been asked for.
      if (!beside) for (const one of [thing, ...others]) this.#started(one, run.n);
      await this.#handle({ thing, caller: undefined, beside, run }, deeds).catch((error) => {
        run.failed = true;
        run.crashed = !beside && error instanceof TypeError;
        run.safeBefore = safe(thing);
        throw error;
      });
    };
    const lanes = beside ? { lanes: [] } : { reserves: others, whenBusy };
    try {
      run.record = thing.request("act", handler, { ...lanes, startWithinMs, timeoutMs, cancelGraceMs });
    } catch (error) {
      if (error instanceof StoppedError || error instanceof LaneHeldError) return;
      throw error;
    }
    this.#runs.push(run);
    void run.record.ended.then(() => this.#ended(run));
  }

  /** New invocations come to a lane in the order in which they were asked for. */
  #started(thing: TestThing, n: number): void {
    const order = this.#order.get(thing) ?? [];
    if ((order.at(-1) ?? -1) > n) this.#violated(`${n} has been overtaken on ${thing.name}`);
    this.#order.set(thing, [...order, n]);
  }

  /** A terminal state tells the truth, is reached with everything safe and free, and is never left. */
  #ended(run: Run): void {
    const { record, thing, n } = run;
    if (!record) return;
    const end = () => JSON.stringify([record.status, record.reason, record.forced, record.delivery]);
    const ended = end();
    if (!hasEnded(run)) this.#violated(`an end was told while ${ended}`);
    this.#bench.clock.after(50, () => {
      if (end() !== ended) this.#violated(`${ended} became ${end()}`);
    });
    for (const { lane, name } of this.#things)
      if (lane.holder?.record === record) this.#violated(`${n} has ended and holds ${name}`);
    const still = [...this.#atWork].filter(([call]) => call.run === run);
    for (const [call, fence] of still) {
      if (!fence.aborted) this.#violated(`${n} has ended and is at work unfenced`);
      if (!this.#quarantines.get(call.thing)?.size) this.#violated(`${call.thing.name} is at work and not quarantined`);
    }
    const { status, reason, forced } = record;
    if (this.#cutOff.has(run) && status === "completed") this.#violated(`${n} has survived the emergency stop`);
    if (status === "cancelled" && (reason === undefined || reason === "failed" || reason === "deadline"))
      this.#violated(`${n} is cancelled with the reason ${reason}`);
    if (status === "completed" && (reason || forced || run.failed)) this.#violated(`${n} has not completed: ${ended}`);
    if (forced && run.obedient && !this.#cutOff.has(run)) this.#violated(`${n} obeys and was forced`);
    if (forced && still.some(([call]) => !call.beside && call.thing === thing) && safe(thing) === run.safeBefore)
      this.#violated(`${n} has ended before it was safe`);
    if (run.crashed && safe(thing) === run.safeBefore) this.#violated(`${n} has crashed and was not made safe`);
    if (still.length === 0 && !forced && record.steps.some((step) => !isTerminal(step.status)))
      this.#violated(`${n} has an open step`);
  }

  /** What must hold when nothing goes on any more. */
  #conclude(): void {
    for (const { settled, held, children } of this.#frames)
      if (!settled || held.length > 0 || children.size > 0) this.#violated("a call is left behind");
    for (const { name, lane } of this.#things)
      if (!lane.idle || lane.queue.length > 0) this.#violated(`the lane of ${name} is not idle`);
    for (const [{ name }, causes] of this.#quarantines)
      if (causes.size > 0) this.#violated(`${name} stays quarantined`);
    if (this.#bench.clock.nextDue() !== undefined) this.#violated("a timer is left");
  }

  async #handle(call: Call, deeds: readonly Deed[]): Promise<void> {
    const fence = ambient()?.work.fence;
    if (fence) this.#atWork.set(call, fence);
    const { run } = call;
    if (run && !call.caller)
      fence?.addEventListener("abort", () => {
        run.safeBefore = safe(call.thing);
      });
    try {
      await this.#do(call, deeds);
    } finally {
      this.#atWork.delete(call);
    }
  }

  async #do(call: Call, deeds: readonly Deed[]): Promise<void> {
    for (const one of deeds) {
      await this.#doOne(call, one);
      this.#touch(call);
    }
  }

  async #doOne(call: Call, one: Deed): Promise<void> {
    const inner = () => ("deeds" in one ? this.#do(call, one.deeds) : Promise.resolve());
    if (one.deed === "sleep") await sleep(one.ms);
    else if (one.deed === "ignore") await new Promise<void>((resolve) => void this.#bench.clock.after(one.ms, resolve));
    else if (one.deed === "hang" && this.#hangs) await new Promise<void>((resolve) => void this.#hanging.push(resolve));
    else if (one.deed === "fail") throw new DeviceFaultError("it jams");
    else if (one.deed === "crash") throw new TypeError("a bug");
    else if (one.deed === "acknowledge") acknowledgeCancel();
    else if (one.deed === "shield") await shield(inner);
    else if (one.deed === "swallow") await inner().catch(() => {});
    else if (one.deed === "leave") void inner().catch(() => {});
    else if (one.deed === "call") await this.#call(call, one);
    else if (one.deed === "background" && ambient()?.work.invocation) background(() => this.#aside(call, inner));
  }

  /** What fails in the background, and was not asked to end, fails its action. */
  async #aside({ caller, run }: Call, work: () => Promise<void>): Promise<void> {
    await work().catch((error) => {
      const frame = ambient()?.work;
      const asked = error instanceof InvocationCancelledError || !(frame instanceof Frame) || frame.aborted;
      if (run && !caller && !asked && !frame.root.cause) run.failed = true;
      throw error;
    });
  }

  async #call(caller: Call, { on, reserves, deeds, awaited, write, ...rest }: Extract<Deed, { deed: "call" }>) {
    const call: Call = { thing: this.#on(on), caller, beside: false, run: caller.run };
    const handler = () => this.#handle(call, deeds);
    const others = this.#others(call.thing, reserves);
    const called = write
      ? call.thing.write("write", handler)
      : call.thing.perform("act", handler, { reserves: others, ...rest });
    if (awaited) await called;
  }

  /** Here bytes would leave, unless the fence keeps them. */
  #touch(call: Call): void {
    if (ambient()?.work.fence.aborted) return;
    const { run, thing, beside } = call;
    if (run && hasEnded(run)) this.#violated(`${run.n} touches something after its end`);
    if (run && this.#cutOff.has(run)) this.#violated(`${run.n} touches something after the emergency stop`);
    for (const [other, fence] of this.#atWork) {
      if (beside || other.beside || other.thing !== thing || fence.aborted) continue;
      if (!isWithin(other, call) && !isWithin(call, other)) this.#violated(`two at once on ${thing.name}`);
    }
  }

  /** One whose steps to safety take their time, and which remembers for whom it is quarantined. */
  #thing(name: string): TestThing {
    const { clock, thing: make } = this.#bench;
    const thing = make(name);
    const step = (what: string, ms: number) => ({
      what,
      act: () => new Promise<void>((resolve) => void clock.after(ms, () => resolve(void thing.done.push(what)))),
    });
    thing.safetySteps = () => [step("stop", 3), step("safe state", 2)];
    thing.quarantine = (_, settled) => {
      const causes = this.#quarantines.get(thing) ?? new Set();
      this.#quarantines.set(thing, causes.add(settled));
      void settled.then(() => causes.delete(settled));
    };
    return thing;
  }

  #on(n: number): TestThing {
    return this.#things[n] as TestThing;
  }

  #others(thing: TestThing, reserves: readonly number[]): readonly TestThing[] {
    return reserves.map((n) => this.#on(n)).filter((other) => other !== thing);
  }

  #violated(what: string): void {
    this.violations.add(what);
  }
}

const safe = (thing: TestThing) => thing.done.filter((what) => what === "safe state").length;

/** Try that whatever handlers do and clients want, over so many random programs, nothing happens that never may. */
export function tryModel(runs: number): void {
  const unhandled: string[] = [];
  const note = (error: unknown) => void unhandled.push(String(error));
  beforeAll(() => void process.on("unhandledRejection", note));
  afterAll(() => void process.off("unhandledRejection", note));

  test(`over ${runs} random programs whatever handlers do and clients want, each ends once, one at a time, fenced before it is stopped, and leaves nothing`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12, size: "max" }), async (events) => {
        const model = new Model();
        unhandled.length = 0;
        await model.play(events);
        expect([...model.violations, ...unhandled]).toEqual([]);
      }),
      { numRuns: runs },
    );
  }, 120_000);
}
