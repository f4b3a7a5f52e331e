import { beforeEach, expect, test } from "vitest";
import { inTheWayOf } from "../../dashboard/bench/in-the-way.ts";
import { toldBench } from "./told-bench.ts";

/** As `/gateway/interlocks` has it. */
const read = {
  tripped: false,
  reason: null,
  condition: "met",
  conditionReason: null,
  outputs: { "heater.heater": {} },
};

let told: ReturnType<typeof toldBench>;
beforeEach(() => {
  told = toldBench(new Map());
  told.bench.interlocks.value = new Map([["door_open", { ...read, condition: "met" }]]);
});
const inTheWay = (thing: string) => inTheWayOf(told.bench.interlocks.value, thing);
const interlock = (name: string, condition: string, tripped: boolean, reason: string | null) =>
  told.tell({ kind: "interlock", name, things: ["heater"], tripped, condition, reason });

test("an interlock stands in the way of its own Things only, from when it trips until it is reset", () => {
  expect(inTheWay("heater")).toEqual([]);
  interlock("door_open", "violated", true, "the door is open");
  expect(inTheWay("heater")).toEqual([{ name: "door_open", why: "the door is open", wants: "care" }]);
  expect(["heat", "door", "heater2"].map(inTheWay)).toEqual([[], [], []]);
  interlock("door_open", "met", true, "the door is open");
  expect(inTheWay("heater").map(({ wants }) => wants)).toEqual(["reset"]);
  interlock("door_open", "met", false, null);
  expect(inTheWay("heater")).toEqual([]);
});

test("one of which nobody knows whether it is in order stands there until somebody does", () => {
  const unread = { ...read, condition: "unknown", conditionReason: "it has not been read yet" } as const;
  told.bench.interlocks.value = new Map([["door_open", unread]]);
  expect(inTheWay("heater")).toEqual([{ name: "door_open", why: "it has not been read yet", wants: "knowledge" }]);
  interlock("door_open", "met", false, null);
  expect(inTheWay("heater")).toEqual([]);
});

test("one that only an event has told of is known by the Things that it names", () => {
  interlock("leak", "violated", true, "it is wet");
  expect(inTheWay("heater").map(({ name }) => name)).toEqual(["leak"]);
  expect(inTheWay("pump")).toEqual([]);
});
