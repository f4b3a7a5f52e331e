import { stat } from "node:fs/promises";
import { vi } from "vitest";
import type { Rule } from "../../soak/rule.ts";
import { blobs } from "../../soak/rules/blobs.ts";
import { bounds } from "../../soak/rules/bounds.ts";
import { burst } from "../../soak/rules/burst.ts";
import { done } from "../../soak/rules/done.ts";
import { durations } from "../../soak/rules/durations.ts";
import { emergency, stayed } from "../../soak/rules/emergency.ts";
import { answers, ends } from "../../soak/rules/ends.ts";
import { fence, persistence } from "../../soak/rules/fence.ts";
import { interlocks } from "../../soak/rules/interlocks.ts";
import { kept } from "../../soak/rules/kept.ts";
import { keys } from "../../soak/rules/keys.ts";
import { late } from "../../soak/rules/late.ts";
import { leases } from "../../soak/rules/leases.ts";
import { limits } from "../../soak/rules/limits.ts";
import { dirty } from "../../soak/rules/line.ts";
import { order } from "../../soak/rules/order.ts";
import { cut, outputs } from "../../soak/rules/safe.ts";
import { delivered, unknown } from "../../soak/rules/truth.ts";
import { weighed } from "../../soak/rules/weight.ts";
import type { Operation } from "../../soak/step.ts";
import { EmergencyStop } from "../../src/gateway/emergency-stop.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { InterlockWatch } from "../../src/gateway/interlock-watch.ts";
import { Interlocks } from "../../src/gateway/interlocks.ts";
import { Keys } from "../../src/gateway/keys.ts";
import { Leases } from "../../src/gateway/leases.ts";
import type { Admission } from "../../src/invocation/admission.ts";
import { Frame } from "../../src/invocation/frame.ts";
import { Invocation } from "../../src/invocation/invocation.ts";
import { LiveInvocations } from "../../src/invocation/live.ts";
import { Ticket } from "../../src/invocation/ticket.ts";
import { FileShelf } from "../../src/journal/blobs/file-shelf.ts";
import { Reader } from "../../src/journal/reader.ts";
import { SqliteJournal } from "../../src/journal/sqlite-journal.ts";
import { OutputLimit } from "../../src/thing/output-limit.ts";
import { Safety } from "../../src/thing/safety.ts";
import { Recovery } from "../../src/transport/recovery.ts";
import { confirmAll, overtaken, waits } from "./sabotage.ts";

/** An engine that breaks one rule, and the part of the soak that has to find it. */
export interface Mutant {
  /** Which has to find it. */
  readonly rule: Rule;
  readonly mistake: string;
  /** Of those operations; of all unless told. */
  readonly operations?: readonly (string | Operation)[];
  readonly seed?: number;
  mutate(): void;
}

const nothing = () => {};

export const mutants: readonly Mutant[] = [
  {
    rule: blobs,
    mistake: "the files of what has gone stay",
    operations: ["make a blob", "fetch a blob"],
    mutate() {
      vi.spyOn(FileShelf.prototype, "remove").mockImplementation(async () => {});
    },
  },
  {
    rule: ends,
    mistake: "of ten invocations one is never told to have ended",
    operations: ["work under a lease", "work and cancel all of it"],
    mutate() {
      const { finish } = LiveInvocations.prototype;
      let count = 0;
      vi.spyOn(LiveInvocations.prototype, "finish").mockImplementation(function (this: LiveInvocations, ...told) {
        if (++count % 10 !== 0) finish.apply(this, told);
      });
    },
  },
  {
    rule: ends,
    mistake: "an end is told anew each time",
    operations: ["work under a lease"],
    mutate() {
      let count = 0;
      vi.spyOn(Invocation.prototype, "forced", "get").mockImplementation(() => ++count % 2 === 0);
    },
  },
  {
    rule: answers,
    mistake: "a request is answered by a fault",
    operations: ["look around"],
    mutate: () =>
      void vi.spyOn(Gateway.prototype, "states").mockImplementation(() => {
        throw new Error("a bug");
      }),
  },
  {
    rule: kept,
    mistake: "after a restart nothing is found",
    operations: ["ask with a key", "restart"],
    mutate: () => void vi.spyOn(Reader.prototype, "find").mockReturnValue(undefined),
  },
  {
    rule: unknown,
    mistake: "what nobody can know is told to have failed",
    operations: ["pull a cable in the middle of something"],
    mutate: () => void vi.spyOn(Invocation.prototype, "unsure", "get").mockReturnValue(false),
  },
  {
    rule: delivered,
    mistake: "an amount that was only begun is told as confirmed",
    operations: ["work and cancel all of it", "refill the syringe and empty the pan"],
    mutate: confirmAll,
  },
  {
    rule: fence,
    mistake: "no fence falls",
    operations: ["emergency stop in the middle of work", "clear the emergency stop", "work and cancel all of it"],
    mutate: () => void vi.spyOn(Frame.prototype, "breakOff").mockImplementation(nothing),
  },
  {
    rule: dirty,
    mistake: "a line that is out of step is used on",
    operations: ["read", "fault", "mend a device"],
    mutate: () => void vi.spyOn(Recovery.prototype, "begin").mockImplementation(nothing),
  },
  {
    rule: emergency,
    mistake: "the emergency stop waits for the disk",
    operations: ["emergency stop in the middle of work", "clear the emergency stop"],
    mutate() {
      const { trip } = EmergencyStop.prototype;
      vi.spyOn(EmergencyStop.prototype, "trip").mockImplementation(async function (this: EmergencyStop, ...by) {
        for (let n = 0; n < 5; n++) await stat("/");
        return trip.apply(this, by);
      });
    },
  },
  {
    rule: emergency,
    mistake: "the emergency stop is refused to who has no lease",
    operations: ["emergency stop in the middle of work", "clear the emergency stop"],
    mutate() {
      const { trip } = EmergencyStop.prototype;
      vi.spyOn(EmergencyStop.prototype, "trip").mockImplementation(async function (this: EmergencyStop, ...by) {
        if (held?.of("tester")) throw new Error("it is leased");
        return trip.apply(this, by);
      });
      let held: Leases | undefined;
      const { restore } = Leases.prototype;
      vi.spyOn(Leases.prototype, "restore").mockImplementation(function (this: Leases, parts) {
        held = this;
        return restore.call(this, parts);
      });
    },
  },
  {
    rule: stayed,
    mistake: "the latch keeps nobody from anything",
    operations: ["emergency stop", "switch something on, and renew it or not"],
    mutate: () => void vi.spyOn(EmergencyStop.prototype, "admit").mockImplementation(nothing),
  },
  {
    rule: interlocks,
    mistake: "an interlock is reset without a look at what it watches",
    operations: ["reset an interlock", "open the door"],
    mutate() {
      vi.spyOn(InterlockWatch.prototype, "look").mockResolvedValue({ state: "met", why: "", value: true });
    },
  },
  {
    rule: interlocks,
    mistake: "the latch of an interlock keeps nobody from anything",
    operations: ["heat", "open the door"],
    mutate: () => void vi.spyOn(Interlocks.prototype, "admit").mockImplementation(nothing),
  },
  {
    rule: limits,
    mistake: "nobody looks how long an output is on",
    operations: ["switch something on, and renew it or not"],
    mutate: () => void vi.spyOn(OutputLimit.prototype, "resume").mockImplementation(nothing),
  },
  {
    rule: durations,
    mistake: "durations go by the time of day",
    operations: ["invoke", "set the clock"],
    mutate() {
      vi.spyOn(Invocation.prototype, "ranMs", "get").mockImplementation(function (this: Invocation) {
        return this.startedAt === undefined ? undefined : (this.endedAt ?? 0) - this.startedAt;
      });
    },
  },
  {
    rule: order,
    mistake: "lists are in no order",
    operations: ["invoke", "poll"],
    mutate() {
      const { list } = LiveInvocations.prototype;
      vi.spyOn(LiveInvocations.prototype, "list").mockImplementation(async function (this: LiveInvocations, ...told) {
        return (await list.apply(this, told)).toReversed();
      });
    },
  },
  {
    rule: bounds,
    mistake: "queues have no end",
    operations: ["ask for more than a lane holds"],
    mutate: () => void vi.spyOn(Ticket, "assertRoom").mockImplementation(nothing),
  },
  {
    rule: burst,
    mistake: "what waits runs on after an emergency stop",
    operations: ["emergency stop in the middle of work", "clear the emergency stop"],
    mutate: () => void vi.spyOn(Ticket, "drop").mockImplementation(nothing),
  },
  {
    rule: late,
    mistake: "over a restart nobody knows how long something has waited",
    operations: [waits],
    mutate() {
      const waiting = Object.getOwnPropertyDescriptor(SqliteJournal.prototype, "waiting")?.get;
      vi.spyOn(SqliteJournal.prototype, "waiting", "get").mockImplementation(function (this: SqliteJournal) {
        const all: SqliteJournal["waiting"] = waiting?.call(this);
        return all.map((one) => ({ ...one, waitedMs: 0 }));
      });
    },
  },
  {
    rule: leases,
    mistake: "a lease keeps nobody away",
    operations: ["take a lease", "invoke"],
    mutate: () => void vi.spyOn(Leases.prototype, "admit").mockImplementation(nothing),
  },
  {
    rule: leases,
    mistake: "leases end by the time of day",
    operations: ["take a lease", "set the clock"],
    mutate() {
      const { of } = Leases.prototype;
      vi.spyOn(Leases.prototype, "of").mockImplementation(function (this: Leases, thing) {
        const lease = of.call(this, thing);
        return lease && Date.now() > lease.until ? undefined : lease;
      });
    },
  },
  {
    rule: keys,
    mistake: "keys are forgotten",
    operations: ["ask with a key", "ask again with the same key"],
    mutate() {
      vi.spyOn(Keys.prototype, "invocation").mockImplementation(async (_, request) => ({
        invocation: request(async () => {}),
        replayed: false,
      }));
    },
  },
  {
    rule: weighed,
    mistake: "a dose tells what it should be, not what is on the pan",
    operations: ["work and cancel all of it", "refill the syringe and empty the pan"],
    mutate: confirmAll,
  },
  {
    rule: done,
    mistake: "what was only asked of the device is told as done",
    operations: ["pull a cable in the middle of something"],
    mutate: confirmAll,
  },
  {
    rule: persistence,
    mistake: "no fence falls",
    operations: ["work under a lease", "work and cancel all of it"],
    mutate: () => void vi.spyOn(Frame.prototype, "breakOff").mockImplementation(nothing),
  },
  {
    rule: outputs,
    mistake: "an emergency stop leaves outputs as they are",
    operations: ["emergency stop in the middle of work", "clear the emergency stop"],
    mutate: () => void vi.spyOn(Safety.prototype, "emergency").mockResolvedValue(),
  },
  {
    rule: cut,
    mistake: "the ladder ends without making anything safe",
    operations: ["work under a lease", "work and cancel all of it"],
    mutate: () => void vi.spyOn(Safety.prototype, "steps").mockReturnValue([]),
  },
  {
    rule: leases,
    mistake: "a lease is looked at when something is asked for only",
    operations: [overtaken],
    mutate() {
      const { admit } = Leases.prototype;
      vi.spyOn(Leases.prototype, "admit").mockImplementation(function (this: Leases, ...asked: unknown[]) {
        const [request, moment] = asked as Parameters<Admission["admit"]>;
        if (moment === "request") admit.call(this, request);
      });
    },
  },
];
