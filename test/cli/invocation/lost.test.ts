import { expect, test } from "vitest";
import { repeated } from "../../../src/cli/bench/repeated.ts";
import { NobodyKnowsError, NoGatewayError, RefusalError } from "../../../src/cli/gateway-errors.ts";
import { endStatus, endWords } from "../../../src/cli/invocation/end-words.ts";
import { follow } from "../../../src/cli/invocation/follow.ts";
import type { InvocationClient } from "../../../src/cli/invocation/invocation-client.ts";
import { Teller } from "../../../src/cli/invocation/teller.ts";
import type { WholeInvocation } from "../../../src/cli/invocation/told-invocation.ts";
import { statusOf } from "../../../src/cli/status.ts";
import { UsageError } from "../../../src/cli/usage.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { testShell } from "../shell.ts";

const invocation = (changed: Partial<WholeInvocation> = {}): WholeInvocation => ({
  ...{ id: "i", status: "running", action: "/pump/dispense", href: "", progress: null, queuePosition: null },
  ...{ timeRequested: null, timeStarted: null, timeCompleted: null, waitingFor: null, reason: null, outcome: null },
  ...{ forced: false, output: null, error: null, delivery: [], steps: [], log: [], ...changed },
});

const gone = (unsent = false) => new NoGatewayError("no gateway answers", { unsent, cause: undefined });

/** A gateway that answers in that order, and then stays gone. */
function gatewayThat(...answers: readonly (WholeInvocation | Error)[]) {
  const left = [...answers];
  const asked: (string | undefined)[] = [];
  const client = {
    bench: { gateway: { url: "http://bench" } },
    news: async (_: string, { tag }: { tag: string | undefined }) => {
      asked.push(tag);
      const next = left.shift() ?? gone(true);
      if (next instanceof Error) throw next;
      return { invocation: next, tag: `tag ${asked.length}` };
    },
  } as unknown as InvocationClient;
  return { client, asked };
}

const line = (seq: number, message: string) => ({ seq, message, thing: "pump", levelname: "INFO" });

test("a gateway that is away for a while is waited for, which is told once; then it is asked anew", async () => {
  const clock = new DiscreteClock();
  const ended = invocation({ status: "completed", log: [line(1, "done")] });
  const { client, asked } = gatewayThat(
    invocation({ log: [line(0, "begun")] }),
    ...[gone(), gone(true), gone(true)],
    new RefusalError("starting", 503),
    ended,
  );
  const shell = testShell();
  const onlooker = new Teller({ name: "pump.dispense", shell, where: "", clock, prompts: async () => [] });
  expect(await clock.until(follow({ id: "i", client, onlooker, clock }))).toBe(ended);
  expect(asked).toEqual([undefined, "tag 1", undefined, undefined, undefined, undefined]);
  expect(shell.told).toEqual([
    "begun",
    expect.stringContaining("The gateway does not answer"),
    "The gateway answers again.",
    "done",
  ]);
});

test("one that does not come back is given up after two minutes: nobody knows, and that is its exit status", async () => {
  const clock = new DiscreteClock();
  const { client } = gatewayThat(invocation());
  const onlooker = { changed() {}, lost() {} };
  const error = await clock.until(follow({ id: "i", client, onlooker, clock }).catch((failed: unknown) => failed));
  expect(error).toBeInstanceOf(NobodyKnowsError);
  expect([statusOf(error), Math.round(clock.now() / 1000)]).toEqual([6, 121]);
});

test("nobody knows, either, what a gateway without a memory did before it was started again", async () => {
  const { client } = gatewayThat(invocation(), gone(), new UsageError("knows no invocation"));
  const clock = new DiscreteClock();
  const onlooker = { changed() {}, lost() {} };
  const error = await clock.until(follow({ id: "i", client, onlooker, clock }).catch((failed: unknown) => failed));
  expect([statusOf(error), String(error)]).toEqual([6, expect.stringContaining("remembers nothing of it")]);
});

test("a refusal that will not pass ends it", async () => {
  const { client } = gatewayThat(invocation(), new RefusalError("no token", 401));
  const clock = new DiscreteClock();
  const error = await clock.until(
    follow({ id: "i", client, onlooker: { changed() {}, lost() {} }, clock }).catch((failed: unknown) => failed),
  );
  expect(statusOf(error)).toBe(77);
});

test("what was lost on the way is asked for again; where nobody was to be asked, nothing was begun", async () => {
  const clock = new DiscreteClock();
  const shell = testShell();
  const starts: Error[] = [];
  const bench = {
    assertSameStart: async () => {
      const wrong = starts.shift();
      if (wrong) throw wrong;
    },
  };
  const asking = (...answers: (string | Error)[]) => {
    const left = [...answers];
    const ask = async () => {
      const next = left.shift() ?? gone();
      if (next instanceof Error) throw next;
      return next;
    };
    return clock.until(
      repeated(ask, shell, { what: "whether it was begun", clock, bench }).catch((failed: unknown) => failed),
    );
  };
  expect(await asking(gone(), gone(true), "begun")).toBe("begun");
  expect(shell.told).toEqual([expect.stringContaining("asking again under the same key")]);
  expect(statusOf(await asking(gone(true)))).toBe(69);
  // Who is told to wait, or is asked who he is, or is answered by a proxy, is not told what became of it.
  const [busy, stranger] = [new RefusalError("wait", 429, "BENCHD_RATE_EXCEEDED"), new RefusalError("who?", 401)];
  expect(await asking(gone(), busy, stranger, new RefusalError("proxy", 502), "begun")).toBe("begun");
  expect(await asking(new RefusalError("proxy", 504), "begun")).toBe("begun");
  expect(statusOf(await asking(busy))).toBe(75);
  expect(statusOf(await asking(gone(), new RefusalError("taken", 409, "BENCHD_LEASE_HELD")))).toBe(1);
  // Nothing is repeated to a gateway that may have forgotten its keys.
  starts.push(gone(true), new NobodyKnowsError("started anew"));
  expect(statusOf(await asking(gone(), "begun"))).toBe(6);
  const error = await asking(gone());
  expect([statusOf(error), String(error)]).toEqual([6, expect.stringContaining("nobody knows whether it was begun")]);
});

test("without a terminal what it waits for, its steps and its progress are told line by line", () => {
  const shell = testShell();
  const teller = new Teller({
    name: "dispenser.dose",
    shell,
    where: "",
    clock: new DiscreteClock(),
    prompts: async () => [],
  });
  const step = {
    thing: "pump",
    action: "dispense",
    progress: null,
    timeRequested: "1",
    timeStarted: "1",
    timeCompleted: null,
  };
  teller.changed(invocation({ status: "pending", queuePosition: 2, waitingFor: "pump/dispense" }));
  teller.changed(invocation({ status: "pending", queuePosition: 1, waitingFor: "pump/dispense" }));
  teller.changed(invocation({ progress: 25, steps: [{ ...step, status: "running", error: null }] }));
  teller.changed(invocation({ progress: 27, steps: [{ ...step, status: "error", error: "stal\u001b[led" }] }));
  expect(shell.told).toEqual([
    "dispenser.dose waits for pump/dispense, 2 before it",
    "dispenser.dose waits for pump/dispense, 1 before it",
    "dispenser.dose 20%, 0:00",
    "  pump.dispense: error, stal\\x1b[led",
  ]);
});

test("a question to whoever stands at the bench is told once, with the command that answers it", async () => {
  const shell = testShell();
  const prompts = async () => [
    {
      id: "p1",
      message: "How much?\u202e",
      schema: { type: "number", unit: "g" },
      thing: "balance",
      invocation: { id: "i" },
    },
  ];
  const teller = new Teller({ name: "balance.calibrate", shell, where: " --url http://bench", prompts });
  for (const progress of [null, 1]) teller.changed(invocation({ waitingFor: "operator", progress }));
  await expect
    .poll(() => shell.told)
    .toEqual([
      "balance.calibrate waits for an answer",
      "balance asks: How much?\\u202e",
      "  benchd prompts answer p1 [number, in g] --url http://bench",
    ]);
});

test.each([
  [
    { status: "cancelled", reason: "emergency_stop" },
    3,
    "pump.dispense was cancelled: the emergency stop was pressed.",
  ],
  [{ status: "error", outcome: "unknown", error: { detail: "no reply" } }, 6, "pump.dispense has failed: no reply"],
  [
    { status: "error", error: { detail: "no", type: "urn:benchd:error:BENCHD_TIMEOUT" } },
    2,
    "pump.dispense has failed: no (BENCHD_TIMEOUT)",
  ],
  [{ status: "completed" }, 0, "pump.dispense is completed."],
] as const)("%j is told in words, with %i", (end, status, words) => {
  const whole = invocation(end);
  expect([endStatus(whole, false), endWords("pump.dispense", whole)[0]]).toEqual([status, words]);
});

test("amounts that are uncertain are told, and what nobody knows is said in plain words", () => {
  const delivery = [{ thing: "pump", unit: "mL", requested: 5, confirmed: 2.2500001, uncertain: 0.1 }];
  expect(
    endWords("pump.dispense", invocation({ status: "error", outcome: "unknown", forced: true, delivery })),
  ).toEqual([
    "pump.dispense has failed",
    "pump has delivered 2.25 mL of 5 mL, and perhaps up to 0.1 mL more",
    "It did not end by itself in time, and was cut off.",
    "Nobody knows what the device has done: look at it before you go on.",
  ]);
});

test("the bar does not go on saying that it cancels what was not taken for cancelled", () => {
  const shell = testShell({}, false, undefined, { columns: 80 });
  const clock = new DiscreteClock();
  const teller = new Teller({ name: "pump.dispense", shell, where: "", clock, prompts: async () => [] });
  teller.changed(invocation({ progress: 25 }));
  teller.cancelling("Cancelling.");
  teller.changed(invocation({ progress: 26 }));
  expect(shell.screen.split("\n").at(-1)).toContain("cancelling...");
  const before = shell.screen.length;
  teller.notCancelled("benchd: it could not be cancelled: not yours");
  const since = shell.screen.slice(before);
  expect(since.slice(since.indexOf("not yours"))).toMatch(/pump\.dispense/);
  expect(since.slice(since.indexOf("not yours"))).not.toContain("cancelling...");
  teller.close();
});
