import { describe, expect, it } from "vitest";
import { merged } from "../../dashboard/timeline/bar.ts";
import { maxBars, TimelineModel } from "../../dashboard/timeline/model.ts";
import { answer, at, bar, invocation, prompt, second, steps, told } from "./timeline-fixture.ts";

const keys = (model: TimelineModel, thing: string) =>
  model.lane(thing).rows.map(({ items }) => items.map(({ key }) => key));

describe("what was read for the timeline", () => {
  it("stands in the lane of its Thing, and its steps in those of theirs", () => {
    const model = new TimelineModel();
    const parts = [
      { kind: "queued", from: at(1), to: at(2), thing: "pump", n: 0 },
      { kind: "step", from: at(2), to: at(4), thing: "pump", action: "dispense", n: 0, status: "completed" },
    ] as const;
    model.read(answer({ dispenser: [told("a", { action: "dose", parts })] }));
    expect(keys(model, "dispenser")).toEqual([["a"]]);
    expect(keys(model, "pump")).toEqual([["a/0"]]);
    expect(model.itemAt("a/0")).toMatchObject({ requestedAt: second(1), startedAt: second(2), action: "dispense" });
  });

  it("takes a further row for what waits while another runs, and none for what comes after it", () => {
    const model = new TimelineModel();
    const waits = told("b", { requestedAt: at(2), startedAt: at(5), endedAt: at(6) });
    const after = told("c", { requestedAt: at(6), startedAt: at(6), endedAt: at(8) });
    model.read(answer({ pump: [told("a"), waits, after] }));
    expect(keys(model, "pump")).toEqual([["a", "c"], ["b"]]);
  });

  it("never takes back what an event has told since", () => {
    const known = bar("a", { status: "completed", endedAt: at(7) });
    const read = bar("a", { status: "running", endedAt: null, parts: [{ kind: "wire", from: at(2), to: null }] });
    expect(merged(known, read)).toMatchObject({
      ...{ status: "completed", endedAt: second(7) },
      parts: [{ kind: "wire", from: second(2), to: second(7) }],
    });
    expect(merged(read, known)).toMatchObject({ status: "completed", endedAt: second(7) });
  });

  it("takes the times that the gateway tells for those that events came at", () => {
    const model = new TimelineModel();
    model.apply(invocation("a", 1.2, { status: "completed" }));
    model.read(answer({ pump: [told("a")] }));
    expect(model.bar("a")).toMatchObject({ requestedAt: second(0), startedAt: second(1), endedAt: second(5) });
  });

  it("forgets after a gap what seemed to go on and does not", () => {
    const model = new TimelineModel();
    for (const id of ["gone", "there", "new"])
      model.apply(invocation(id, id === "new" ? 70 : 1, { status: "running" }));
    model.forgetOpen(answer({ pump: [told("there", { status: "running", endedAt: null })] }), second(60));
    expect([...model.bars()].map(({ id }) => id)).toEqual(["there", "new"]);
    expect(keys(model, "pump").flat()).toEqual(["there", "new"]);
  });

  it("keeps a bounded number, and what goes on whatever its age", () => {
    const model = new TimelineModel();
    model.apply(invocation("old", -10, { status: "running" }));
    const many = Array.from({ length: maxBars + 10 }, (_, n) =>
      told(`i${n}`, { requestedAt: at(n), startedAt: at(n), endedAt: at(n + 1) }),
    );
    model.read(answer({ pump: many }));
    expect(model.size).toBeLessThanOrEqual(maxBars);
    expect(model.bar("old")).toBeDefined();
    expect(model.bar("i0")).toBeUndefined();
    expect(model.bar(`i${maxBars + 9}`)).toBeDefined();
    // The latest that has gone ended a second after it was asked for.
    const gone = many.findLast(({ id }) => model.bar(id) === undefined);
    expect(model.forgotten).toBe(Date.parse(gone?.endedAt ?? ""));
    expect(model.lane("pump").rows.length).toBe(2);
  });
});

describe("events", () => {
  it("tell of an invocation from its request to its end", () => {
    const model = new TimelineModel();
    model.apply(invocation("a", 1, {}));
    expect(model.bar("a")).toMatchObject({ status: "pending", requestedAt: second(1), startedAt: null });
    model.apply(invocation("a", 3, { status: "running" }));
    model.apply({ kind: "progress", number: 2, at: at(4), thing: "pump", action: "dispense", id: "a", progress: 40 });
    expect(model.bar("a")).toMatchObject({ status: "running", startedAt: second(3), endedAt: null, progress: 40 });
    model.apply(invocation("a", 9, { status: "cancelled", reason: "client", outcome: "unknown" }));
    expect(model.bar("a")).toMatchObject({
      endedAt: second(9),
      reason: "client",
      outcome: "unknown",
      startedAt: second(3),
    });
    // One that comes late.
    model.apply(invocation("a", 3, { status: "running" }));
    expect(model.bar("a")).toMatchObject({ status: "cancelled" });
  });

  it("tell of steps, which are drawn where they are done", () => {
    const model = new TimelineModel();
    const step = { n: 0, thing: "balance", action: "tare", progress: null, error: null } as const;
    model.apply(invocation("a", 1, { status: "running" }));
    model.apply(steps("a", 2, [{ ...step, status: "pending" }]));
    model.apply(steps("a", 3, [{ ...step, status: "running" }]));
    model.apply(steps("a", 5, [{ ...step, status: "error" }]));
    expect(model.bar("a")?.steps).toEqual([
      {
        ...{ n: 0, thing: "balance", action: "tare", status: "error" },
        requestedAt: second(2),
        startedAt: second(3),
        endedAt: second(5),
      },
    ]);
    expect(keys(model, "balance")).toEqual([["a/0"]]);
  });

  it("tell how long somebody was asked", () => {
    const model = new TimelineModel();
    model.apply(invocation("a", 1, { status: "running" }));
    model.apply(prompt("a", 2, "open"));
    expect(model.bar("a")?.parts).toMatchObject([{ kind: "prompt", from: second(2), to: null }]);
    model.apply(prompt("a", 6, "answered"));
    expect(model.bar("a")?.parts).toMatchObject([{ kind: "prompt", from: second(2), to: second(6) }]);
  });

  it("leave lanes as they are in which nothing has changed", () => {
    const model = new TimelineModel();
    model.read(answer({ pump: [told("a")], ph: [told("b")] }));
    const [pump, ph] = [model.lane("pump"), model.lane("ph")];
    model.apply(invocation("c", 9, {}));
    expect(model.lane("ph")).toBe(ph);
    expect(model.lane("pump")).not.toBe(pump);
  });
});
