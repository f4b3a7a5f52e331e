import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvocationState, type LogLine } from "../../dashboard/bench/invocation-state.ts";
import { blobsIn } from "../../dashboard/parts/invocation/blobs.ts";
import { Whole } from "../../dashboard/parts/invocation/whole.ts";
import { outcomeWords, statusWords } from "../../dashboard/parts/invocation/words.ts";
import { settled, toldBench } from "./told-bench.ts";

const whole = {
  ...{ id: "7", action: "/pump/dispense", status: "running", progress: 40, queuePosition: null, waitingFor: null },
  ...{ reason: null, outcome: null, forced: false, input: { volume: 1 }, output: null, error: null },
  ...{ timeRequested: "2026-11-21T10:00:00Z", timeStarted: "2026-11-21T10:00:01Z", timeCompleted: null },
  log: [{ seq: 0, created: "2026-11-21T10:00:01Z", levelname: "WARNING", thing: "pump", message: "begun" }],
  steps: [{ thing: "balance", action: "tare", status: "completed", progress: null }],
  delivery: [{ thing: "pump", unit: "mL", requested: 1, confirmed: 0.4, uncertain: 0.1 }],
};
const event = {
  ...{ kind: "invocation", thing: "pump", action: "dispense", id: "7", seq: 1, requestedBy: "ada", progress: null },
  ...{ reason: null, outcome: null, forced: false, error: null },
} as const;

describe("an invocation that is looked at", () => {
  it("is read as a whole, and goes on by what is told", async () => {
    const { bench, tell, asked } = toldBench(new Map([["/action_invocations/7", whole]]));
    const looked = new Whole(bench, "7");
    const leave = looked.watch();
    await settled();
    expect(asked).toEqual(["/action_invocations/7?log_since=0"]);
    const one = looked.state.value;
    expect(one).toMatchObject({ id: "7", thing: "pump", action: "dispense", ended: false });
    expect(one?.log.value).toMatchObject([{ seq: 0, level: "warning", message: "begun" }]);
    expect(one?.steps.value).toMatchObject([{ n: 0, thing: "balance" }]);
    expect(one?.delivery.value).toMatchObject([{ confirmed: 0.4, uncertain: 0.1 }]);
    tell({ ...event, status: "completed", progress: 100 });
    expect(looked.state.value?.told.value).toMatchObject({ status: "completed", requestedBy: "ada" });
    await settled();
    expect(asked.slice(1)).toEqual(["/action_invocations/7?log_since=1"]);
    leave();
  });

  it("is read once for each status, also when it is known already", async () => {
    const { bench, tell, asked } = toldBench(new Map([["/action_invocations/7", whole]]));
    tell({ ...event, status: "running" });
    const looked = new Whole(bench, "7");
    const leave = looked.watch();
    await settled();
    expect(asked.length).toBe(1);
    tell({ ...event, status: "cancelled" });
    await settled();
    expect(asked.length).toBe(2);
    leave();
  });

  it("is looked for in the history when it is listed no more", async () => {
    const ended = { ...whole, status: "completed", timeCompleted: "2026-11-21T10:00:05Z", output: { dispensed: 1 } };
    const { bench, asked } = toldBench(new Map([["/gateway/history/7", ended]]));
    const looked = new Whole(bench, "7");
    const leave = looked.watch();
    await settled();
    expect(asked).toEqual(["/action_invocations/7?log_since=0", "/gateway/history/7"]);
    expect([looked.read.value?.output, looked.state.value?.ended, looked.failed.value]).toEqual([
      { dispensed: 1 },
      true,
      "",
    ]);
    leave();
  });

  it("says why it cannot be read, and ends no better for what was read late", async () => {
    const { bench, tell } = toldBench(new Map([["/action_invocations/7", whole]]));
    tell({ ...event, status: "completed", progress: 100 });
    const looked = new Whole(bench, "7");
    const leave = looked.watch();
    await settled();
    expect(looked.state.value?.told.value.status).toBe("completed");
    leave();
    const other = new Whole(bench, "8");
    const leaveOther = other.watch();
    await settled();
    expect([other.state.value, other.failed.value]).toEqual([undefined, "there is none"]);
    leaveOther();
  });
});

it("a log is in order and whole, however its lines come", () => {
  const line = (seq: number): LogLine => ({ seq, at: "", level: "info", thing: "pump", message: `${seq}` });
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(30), { maxLength: 8 }), { maxLength: 8 }), (batches) => {
      const told = { ...event, status: "running" };
      const one = new InvocationState(told, 0);
      for (const batch of batches) one.append(batch.map(line));
      const all = [...new Set(batches.flat())].sort((a, b) => a - b);
      expect(one.log.value.map(({ seq }) => seq)).toEqual(all);
    }),
  );
});

it("how it stands is told in words", () => {
  const words = (status: string, reason: string | null, queuePosition: number | null, waitingFor: string | null) =>
    statusWords({ status, reason }, { queuePosition, waitingFor });
  expect(words("pending", null, 2, "pump/dispense (a6b10eca-eec4-495d-bbd6-9559dee2bf31)")).toBe(
    "2 are before it; waits for pump/dispense",
  );
  expect(words("pending", null, 0, null)).toBe("it is next");
  expect(words("running", null, null, "operator")).toBe("waits for an answer of somebody at the bench");
  expect(words("running", null, null, null)).toBe("");
  expect(words("cancelled", "emergency_stop", null, null)).toBe("by the emergency stop");
  expect(words("cancelled", "a new one", null, null)).toBe("a new one");
  expect(outcomeWords("unknown")).toMatch(/look at it before you go on/);
  expect(outcomeWords(null)).toBe("");
});

it("blobs are fetched from this gateway, wherever a device says that they are", () => {
  const blob = (href: string) => ({ href, media_type: "image/jpeg", size: 9 });
  expect(blobsIn(blob("http://10.0.0.9:5000/lab/blob/ab-1"))).toEqual([
    { name: "", path: "/lab/blob/ab-1", type: "image/jpeg", size: 9 },
  ]);
  expect(blobsIn({ all: [blob("/blob/a"), { deep: blob("/blob/b") }] }).map(({ name, path }) => [name, path])).toEqual([
    ["all 0", "/blob/a"],
    ["all 1 deep", "/blob/b"],
  ]);
  for (const href of ["https://evil.example/x", "//evil.example/blob/a?x", "javascript:alert(1)", "/blob/../a", ""])
    expect([href, blobsIn(blob(href))]).toEqual([href, []]);
  expect(blobsIn(Array.from({ length: 500 }, () => blob("/blob/a"))).length).toBe(20);
});
