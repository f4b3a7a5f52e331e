import { expect, test } from "vitest";
import {
  acknowledgeCancel,
  background,
  currentInvocation,
  deliver,
  detached,
  log,
  report,
  shield,
  sleep,
  throwIfCancelled,
} from "../src/ambient.ts";
import { realClock } from "../src/clock.ts";
import { newAbort, runAs, type Work, wait } from "../src/context.ts";
import { DefinitionError, FencedError, InvocationCancelledError } from "../src/errors.ts";
import { testScheduler } from "./invocation/fixture.ts";

test("outside an action the ambient functions do nothing, or just wait", async () => {
  await sleep(0);
  throwIfCancelled();
  log("nobody listens");
  report({ done: 1, of: 2 });
  deliver({ unit: "mL", requested: 1, confirmed: 1 });
  expect(await shield(async () => "done")).toBe("done");
  expect([currentInvocation(), acknowledgeCancel()]).toEqual([undefined, false]);
  expect(() => background(async () => {})).toThrow(DefinitionError);
  expect(() => detached("x", async () => {})).toThrow(DefinitionError);
});

test("every level of the log is written to the invocation that runs, which can be asked for", async () => {
  const { clock, thing } = testScheduler();
  const run = thing("pump").request("prime", () => {
    log("a");
    log.debug("b");
    log.info("c");
    log.warning("d");
    log.error("e");
    return currentInvocation();
  });
  await clock.until(run.ended);
  expect(run.log.entries().map(({ level, message }) => `${level} ${message}`)).toEqual([
    "info a",
    "debug b",
    "info c",
    "warning d",
    "error e",
  ]);
  expect(run.output).toEqual({ id: run.id, thing: "pump", action: "prime" });
});

function work(): { readonly work: Work; cancel(): void; fence(): void } {
  const [cancel, fence] = [newAbort(), newAbort()];
  const common = { kind: "run", thing: "pump", clock: realClock, log: () => {} } as const;
  return {
    work: { ...common, signal: cancel.signal, fence: fence.signal },
    cancel: () => cancel.abort(new InvocationCancelledError("cancelled", "client")),
    fence: () => fence.abort(new FencedError("fenced")),
  };
}

test("a loop that never waits can ask whether it was cancelled", () => {
  const { work: one, cancel } = work();
  runAs(one, () => throwIfCancelled());
  cancel();
  expect(() => runAs(one, () => throwIfCancelled())).toThrow(InvocationCancelledError);
});

test("shield masks a cancel, and not the fence", async () => {
  const { work: one, cancel, fence } = work();
  cancel();
  await runAs(one, () => shield(() => sleep(1)));
  const waiting = runAs(one, () => shield(() => sleep(60_000)));
  fence();
  await expect(waiting).rejects.toThrow(FencedError);
  expect(() => runAs(one, () => report({ done: 1, of: 2 }))).toThrow(FencedError);
});

test("a wait gives up what it began, however it ends, and only once", async () => {
  const { work: one, cancel } = work();
  let given = 0;
  const giveUp = () => void given++;
  await runAs(one, () =>
    wait<void>(({ resolve, reject }) => {
      resolve();
      resolve();
      reject(new Error("too late"));
      return giveUp;
    }),
  );
  const cancelled = runAs(one, () => wait<void>(() => giveUp));
  cancel();
  await expect(cancelled).rejects.toThrow(InvocationCancelledError);
  const throwing = runAs(work().work, () =>
    wait<void>(() => {
      throw new RangeError("it cannot begin");
    }),
  );
  await expect(throwing).rejects.toThrow(RangeError);
  expect(given).toBe(2);
});
