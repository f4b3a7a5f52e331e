import { describe, expect, it } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { realClock } from "../../src/clock.ts";
import { seenRecord } from "../../src/http/access/seen-record.ts";
import { Sight, Sights } from "../../src/http/access/sight.ts";
import { Step } from "../../src/invocation/step.ts";
import type { Thing } from "../../src/thing/thing.ts";

const things = new Map(["pump", "pump_2", "valve", "camera"].map((name) => [name, { name } as Thing]));
const sight = new Sight({ things, revision: 0 }, new Set(["valve", "gone"]));

it.each([
  ["pump is busy with pump.dispense: wait", "another Thing is busy with another Thing: wait"],
  ["waits for pump/dispense (7), and valve/open", "waits for another Thing (7), and valve/open"],
  ["held by camera.", "held by another Thing."],
  ["pump_2 and (pump)", "another Thing and (another Thing)"],
  ["valve.pump is written; pumps, PUMP and my_pump are not", "valve.pump is written; pumps, PUMP and my_pump are not"],
  ["valve waits", "valve waits"],
])("words name no hidden Thing: %s", (words, told) => {
  expect(sight.text(words)).toBe(told);
  expect(new Sight({ things, revision: 0 }).text(words)).toBe(words);
});

it("a name that a client has said himself is no news to him", () => {
  expect(sight.text("there is no Thing pump; pump_2 is", '[{"thing":"pump"}]')).toBe(
    "there is no Thing pump; another Thing is",
  );
});

it("a hidden Thing is not found, in the words of one that is not there, and is not what was meant", () => {
  expect(() => sight.thing("pump")).toThrow(/^there is no Thing pump$/);
  expect(() => sight.thing("valv")).toThrow('did you mean "valve"');
  expect(sight.thing("valve").name).toBe("valve");
});

describe("what exists", () => {
  const sights = new Sights({ things, revision: 0 });
  const anna = (...names: string[]) =>
    new Principal({ name: "anna", key: "anna", from: undefined, grants: [{ scope: "operate", things: names }] });

  it("is the same for all who may read the same", () => {
    expect(sights.of(anna("pump", "valve"))).toBe(sights.of(anna("valve", "pump")));
    expect(sights.of(anna("pump"))).not.toBe(sights.of(anna("valve")));
  });

  it("is everything for who may read the bench, and nothing for nobody", () => {
    const all = new Principal({ name: "ada", key: "ada", from: undefined, grants: [{ scope: "read" }] });
    expect([sights.of(all).all, sights.of(all).things]).toEqual([true, things]);
    expect([sights.of(undefined).all, sights.of(undefined).things.size]).toEqual([false, 0]);
  });

  it("is remembered for a bounded number of sets", () => {
    const first = sights.of(anna("pump"));
    for (let n = 0; n < 150; n++) sights.of(anna(`gone_${n}`));
    expect(sights.of(anna("pump"))).not.toBe(first);
    expect(sights.of(anna("pump")).key).toBe(first.key);
  });
});

it("where nothing is said, nothing is told, and not left out", () => {
  for (const one of [new Sight({ things, revision: 0 }), sight])
    expect([one.text(null), one.text(undefined)]).toEqual([null, undefined]);
});

it("of a call that somebody may see all is told, while it goes on too", () => {
  const steps = [new Step(0, { thing: "pump", action: "dispense", clock: realClock }, () => {})];
  steps[0]?.start();
  const { steps: seen } = seenRecord(
    { steps } as never,
    new Sight({ things: new Map(), revision: 0 }, new Set(["pump"])),
  );
  expect(seen).toEqual([
    {
      ...{ thing: "pump", action: "dispense", status: "running", progress: null, error: undefined },
      ...{ requestedAt: expect.any(Number), startedAt: expect.any(Number), endedAt: undefined },
    },
  ]);
});
