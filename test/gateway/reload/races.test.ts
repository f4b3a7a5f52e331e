import fc from "fast-check";
import { expect, test } from "vitest";
import { BenchdError } from "../../../src/errors.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { isTerminal } from "../../../src/invocation/state.ts";
import { unhandledRejections } from "../../unhandled.ts";
import { openReloadable } from "./reloaded.ts";

const unhandled = unhandledRejections();

const benches = [
  "things:\n  a: { driver: counter }\n  b: { driver: counter }\n",
  "things:\n  a: { driver: counter }\n  b: { driver: counter, title: B }\n  c: { driver: counter }\n",
  "things:\n  c: { driver: counter }\n  a: { driver: counter }\n",
] as const;

const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant("reload" as const), to: fc.nat(2), busy: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom("invoke", "write", "lease", "cancel"), to: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("stop" as const), to: fc.nat(2) }) },
);

test("however reloads, work, leases, cancels and emergency stops come together, the bench is that of the last file that was taken", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(act, { minLength: 4, maxLength: 10 }), async (schedule, acts) => {
      const { gateway, clock, processClock, begin, read, close } = await openReloadable(benches[0]);
      const [a, names] = [gateway.thing("a"), ["a", "b", "c"] as const];
      const invoked: Invocation[] = [];
      const met = new Set([...gateway.things.values()]);
      let stopped = false;
      let taken: string = benches[0];
      const doings: Readonly<Record<string, (to: number, busy: boolean) => Promise<unknown> | unknown>> = {
        reload: (to, busy) =>
          begin(benches[to] ?? "", { busy: busy ? "stop" : "refuse", by: "ada" }).then(() => {
            // Another may have written it since it was asked for: what counts is what was read.
            taken = read();
            for (const thing of gateway.things.values()) met.add(thing);
          }),
        invoke: (to) =>
          invoked.push(gateway.thing(names[to] ?? "a").invoke("slow_count", { n: 3 }, { requestedBy: "ada" })),
        write: (to) => gateway.thing(names[to] ?? "a").write("counter", 5),
        lease: (to) => gateway.leases.take(names[to] ?? "a", "ada", { seconds: 1, note: "", onLoss: "finish" }),
        cancel: () => gateway.cancel(invoked.at(-1)?.id ?? "", "ada"),
        stop: () => {
          stopped = true;
          return gateway.emergencyStop.trip("ada");
        },
      };
      const done = acts.map(async ({ what, to, ...more }) => {
        await schedule.schedule(Promise.resolve(), what);
        try {
          await doings[what]?.(to, "busy" in more && more.busy);
        } catch (error) {
          // Refused in our words, or a fault of ours.
          expect(error).toBeInstanceOf(BenchdError);
        }
      });
      await schedule.waitAll();
      await clock.until(processClock.until(Promise.all(done)));
      await clock.until(Promise.all(invoked.map(({ ended }) => ended)));
      expect(invoked.every(({ status }) => isTerminal(status))).toBe(true);
      expect([...gateway.things.keys()]).toEqual([...gateway.config.things.keys()]);
      expect([...gateway.things.values()].map(({ state }) => state)).toEqual([...gateway.things].map(() => "ready"));
      expect([...gateway.things.keys()].sort()).toEqual(
        [...taken.matchAll(/^ {2}(\w):/gm)].map(([, name]) => name).sort(),
      );
      expect(gateway.things.has("b") && gateway.thing("b").title === "B").toBe(taken.includes("title: B"));
      // Nothing in the plans touches it.
      expect(gateway.thing("a")).toBe(a);
      const cut = invoked.filter(({ thing, status }) => thing === "a" && status === "cancelled");
      expect(cut.every(({ reason }) => reason === "client" || (stopped && reason === "emergency_stop"))).toBe(true);
      for (const thing of met) expect([thing.lane.idle, thing.lane.queue.length]).toEqual([true, 0]);
      await close();
      expect([...met].map(({ state }) => state)).toEqual([...met].map(() => "closed"));
    }),
    { numRuns: 25 },
  );
  expect(unhandled).toEqual([]);
});
