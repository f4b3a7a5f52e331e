import { expect, test } from "vitest";
import { InvocationState } from "../../dashboard/bench/invocation-state.ts";
import { settled, toldBench } from "./told-bench.ts";

const invocation = (id: string, status: string, progress: number | null = null) => ({
  ...{ kind: "invocation", thing: "pump", action: "dispense", id, seq: 1, status, progress, requestedBy: "ada" },
  ...{ reason: null, outcome: null, forced: false, error: null },
});

test("what a Thing has told is not known any more once it is not ready", () => {
  const { pump, tell } = toldBench(new Map());
  tell({ kind: "property", thing: "pump", name: "rate", value: 5 });
  expect(pump.reading("rate").value?.value).toBe(5);
  tell({ kind: "thingState", thing: "pump", state: "ready", reason: null });
  expect(pump.reading("rate").value?.value).toBe(5);
  tell({ kind: "thingState", thing: "pump", state: "disconnected", reason: "unplugged" });
  expect([pump.reading("rate").value, pump.reason.value]).toEqual([undefined, "unplugged"]);
});

test("of what has ended the latest 300 are kept, and all that has not", () => {
  const { bench, tell } = toldBench(new Map());
  tell(invocation("long", "running"));
  for (let n = 0; n < 310; n++) tell(invocation(`i${n}`, "completed"));
  const kept = [...bench.invocations.value.keys()];
  expect([kept.length, kept[0], kept[1], kept.at(-1)]).toEqual([301, "long", "i10", "i309"]);
});

test("a lease of this page that has ended is told as lost, unless it was given back", () => {
  const { bench, tell } = toldBench(new Map());
  const held = { things: ["pump"], holder: "ada", note: "", until: null };
  for (const leaseNumber of [1, 2, 3]) {
    bench.ownLeases.add({ leaseNumber, things: ["pump"] });
    tell({ kind: "lease", what: "taken", leaseNumber, ...held });
  }
  expect(bench.leases.value).toHaveLength(3);
  for (const [leaseNumber, what] of [
    [1, "released"],
    [2, "expired"],
    [3, "broken"],
  ] as const)
    tell({ kind: "lease", what, leaseNumber, ...held });
  expect([bench.leases.value, bench.ownLeases.numbers]).toEqual([[], []]);
  expect(bench.ownLeases.lost.value.map(({ leaseNumber }) => leaseNumber)).toEqual([2, 3]);
});

test("a question is shown as it is read; one that is over by then is not", async () => {
  const prompt = (id: string, state: string) => ({ kind: "prompt", prompt: id, state });
  const { bench, tell } = toldBench(
    new Map([
      ["/gateway/prompts/a", { id: "a", state: "open", message: "Ready?" }],
      ["/gateway/prompts/b", { id: "b", state: "answered" }],
    ]),
  );
  for (const id of ["a", "b", "a"]) tell(prompt(id, "open"));
  await settled();
  expect(bench.prompts.value.map(({ id }) => id)).toEqual(["a"]);
  tell(prompt("a", "answered"));
  await settled();
  expect(bench.prompts.value).toEqual([]);
});

test("an invocation knows since when it is as it is, keeps its progress where none is told, and the latest lines", () => {
  const told = { ...invocation("7", "running", 40), error: null };
  const one = new InvocationState(told, 1000);
  one.apply({ ...told, progress: null }, 2000);
  expect([one.since.value, one.progress.value]).toEqual([1000, 40]);
  one.apply({ ...told, status: "completed", progress: 100 }, 3000);
  expect([one.since.value, one.progress.value, one.ended]).toEqual([3000, 100, true]);
  const line = (seq: number) => ({ seq, at: "", level: "info", thing: "pump", message: "" });
  for (let seq = 0; seq < 1200; seq += 100) one.append(Array.from({ length: 100 }, (_, n) => line(seq + n)));
  expect([one.log.value.length, one.log.value[0]?.seq]).toEqual([1000, 200]);
});
