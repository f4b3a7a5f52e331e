import { assertUnfenced } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type CancelReason, StoppedError } from "../../src/errors.ts";
import type { Admission } from "../../src/invocation/admission.ts";
import type { Call, CallRules } from "../../src/invocation/call.ts";
import type { Frame } from "../../src/invocation/frame.ts";
import type { HostOptions } from "../../src/invocation/host.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { type Journal, matches } from "../../src/invocation/journal.ts";
import { Lane } from "../../src/invocation/lane.ts";
import type { LaneOwner, SafetyStep } from "../../src/invocation/lane-owner.ts";
import { Scheduler } from "../../src/invocation/scheduler.ts";

type CallOptions = CallRules &
  Partial<Pick<Call, "operation" | "kind" | "lanes" | "startsAfter" | "requestedBy">> & {
    readonly reserves?: readonly TestThing[];
  };

/** A Thing as the scheduler sees it: a lane, and a record of what was done to leave it safe. */
export class TestThing implements LaneOwner {
  readonly name: string;
  readonly lane: Lane;
  readonly generation = 1;
  readonly done: string[] = [];
  quarantined: string | undefined;
  #cutOff = 0;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, name: string, limit?: number) {
    this.#scheduler = scheduler;
    this.name = name;
    this.lane = new Lane(this, limit);
  }

  safetySteps(_: CancelReason): readonly SafetyStep[] {
    const step = (what: string) => ({
      what,
      act: async () => {
        this.done.push(what);
      },
    });
    return [step("stop"), step("safe state")];
  }

  /** As a real Thing does: until all that was cut off has ended. */
  quarantine(why: string, settled: Promise<void>): void {
    this.quarantined = why;
    this.#cutOff++;
    void settled.then(() => {
      if (--this.#cutOff === 0) this.quarantined = undefined;
    });
  }

  request(name: string, run: Call["run"], options: CallOptions = {}): Invocation {
    return this.#scheduler.request(this.#call(name, run, options));
  }

  perform(name: string, run: Call["run"], options: CallOptions = {}): Promise<unknown> {
    return this.#scheduler.perform(this.#call(name, run, options));
  }

  write(name: string, run: Call["run"]): Promise<unknown> {
    return this.#scheduler.perform(this.#call(name, run, { operation: "write", kind: "write" }));
  }

  #call(
    name: string,
    run: Call["run"],
    {
      reserves = [],
      operation = "invoke",
      kind = "run",
      lanes,
      startsAfter,
      requestedBy = "a test",
      ...rules
    }: CallOptions,
  ): Call {
    return {
      owner: this,
      lanes: lanes ?? [this.lane, ...reserves.map(({ lane }) => lane)],
      name,
      operation,
      kind,
      rules,
      input: null,
      requestedBy,
      startsAfter,
      run,
    };
  }
}

interface SchedulerParts {
  readonly admission?: Admission;
  readonly journal?: Journal;
  readonly processClock?: DiscreteClock;
  clockTrusted?(): boolean;
  readonly suspended?: (frame: Frame) => void;
  readonly log?: HostOptions["log"];
}

/** Beside the lane, and not to be refused. */
export const urgently = { urgent: true, lanes: [], kind: "urgent" } as const;

/** A scheduler on virtual time, with Things to try it on. */
export function testScheduler(options: SchedulerParts = {}) {
  const clock = new DiscreteClock();
  const { processClock = new DiscreteClock() } = options;
  const scheduler = new Scheduler({
    clock,
    processClock,
    journal: options.journal ?? testJournal(),
    admission: options.admission ?? { admit: () => {} },
    clockTrusted: () => options.clockTrusted?.() ?? false,
    log: options.log ?? (() => {}),
    suspended: options.suspended,
  });
  const thing = (name: string, limit?: number) => new TestThing(scheduler, name, limit);
  return { clock, processClock, scheduler, thing };
}

/** Remembers everything for as long as the test, at once. */
export function testJournal(): Journal {
  const ends: Invocation[] = [];
  let seq = 0;
  return {
    latest: ends,
    nextSeq: () => ++seq,
    assertTakes() {},
    requested() {},
    started() {},
    begun: () => undefined,
    outlives: () => false,
    changed() {},
    ended: (invocation) => void ends.push(invocation),
    acknowledged: async () => {},
    synced: async () => {},
    find: async (id) => ends.find((one) => one.id === id),
    list: async (filter) => ends.filter((one) => matches(one, filter)),
    lastDelivery: async (thing) => ends.findLast(({ delivery }) => delivery.some((one) => one.thing === thing)),
    reconcile: async (id, thing, known) => {
      const found = ends.find((one) => one.id === id);
      for (const amount of known) found?.reconcile(thing, amount);
    },
    close: async () => {},
  };
}

/** A guard that lets in nothing but what is urgent once it is pressed. */
export function testLatch() {
  let latched = false;
  const admission: Admission = {
    admit({ urgent }) {
      if (latched && !urgent) throw new StoppedError("the emergency stop is latched");
    },
  };
  return {
    admission,
    press: () => {
      latched = true;
    },
  };
}

/** The way to a device: `send` throws in work that may no longer touch anything. */
export function testLine() {
  const sent: string[] = [];
  const refused: string[] = [];
  const send = (what: string) => {
    try {
      assertUnfenced();
    } catch (error) {
      refused.push(what);
      throw error;
    }
    sent.push(what);
  };
  return { sent, refused, send };
}

/** Work that ignores everything, until it is let go. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export const messages = (invocation: Invocation) => invocation.log.entries().map(({ message }) => message);
