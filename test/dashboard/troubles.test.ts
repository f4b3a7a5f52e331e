import { expect, test } from "vitest";
import { healthy } from "../../dashboard/bench/health.ts";
import { type Known, troublesOf } from "../../dashboard/bench/troubles.ts";

const pump = { name: "pump", title: "Pump", state: "disconnected", reason: "pulled out" };
const tripped = { tripped: true, reason: "it is open", condition: "violated", things: ["heater"] } as const;
const quiet = { tripped: false, reason: null, condition: "unknown", things: ["heater"] } as const;
const probe = (name: string) => ({ code: "probe_failed", name, message: "so it is" });
const known: Known = {
  health: { ...healthy, reasons: [probe("disk")] },
  safeMode: false,
  things: [pump, { ...pump, name: "ph", title: "pH", state: "ready" }, { ...pump, name: "x", state: "opening" }],
  interlocks: new Map<string, Known["interlocks"] extends ReadonlyMap<string, infer I> ? I : never>([
    ["door_open", tripped],
    ["leak", quiet],
  ]),
  alarms: new Map([
    ["cold", { raised: true, since: null, reason: "-80 is -60" }],
    ["warm", { raised: false, since: null, reason: null }],
  ]),
};
const whats = (path: readonly string[], of: Known = known) => troublesOf(of, path).map(({ what }) => what);
const [disk, door, cold, lost] = [
  "The disk is nearly full",
  "Interlock door_open has tripped",
  "Alarm cold",
  "Pump is disconnected",
];

test("all that is out of order is told in words, with why, and where there is more of it", () => {
  expect(troublesOf(known, ["history"])).toEqual([
    { what: disk, why: "so it is", at: undefined },
    { what: door, why: "it is open", at: ["safety"] },
    { what: cold, why: "-80 is -60", at: ["safety"] },
    { what: lost, why: "pulled out", at: ["things", "pump"] },
  ]);
});

test("nothing is told a second time where it is shown", () => {
  expect(whats([])).toEqual([disk]);
  expect(whats(["safety"])).toEqual([disk, lost]);
  expect(whats(["things", "pump"])).toEqual([disk, door, cold]);
  expect(whats(["things", "heater"])).toEqual([disk, cold, lost]);
  expect(whats(["traffic", "pump"])).toEqual([disk, door, cold, lost]);
});

test("many Things that are lost are one line", () => {
  const calm = { ...known, health: healthy, interlocks: new Map(), alarms: new Map() };
  const lost = (count: number) => Array.from({ length: count }, (_, n) => ({ ...pump, name: `p${n}`, title: `P${n}` }));
  expect(whats(["history"], { ...calm, things: lost(2) })).toEqual(["P0 is disconnected", "P1 is disconnected"]);
  const named = ["p0", "p1", "p2", "p3", "p4", "p5"].map((name) => `${name} is disconnected`).join(", ");
  expect(troublesOf({ ...calm, things: lost(3) }, ["history"])).toEqual([
    { what: "3 Things are not ready", why: named.slice(0, named.indexOf(", p3")), at: [] },
  ]);
  expect(troublesOf({ ...calm, things: lost(8) }, ["history"])).toEqual([
    { what: "8 Things are not ready", why: `${named}, and 2 more`, at: [] },
  ]);
});

test("nothing is told of a bench that is in order, nor of each Thing while safe mode opens none", () => {
  const calm = { ...known, health: healthy, interlocks: new Map(), alarms: new Map(), things: [] };
  expect(whats(["history"], calm)).toEqual([]);
  expect(whats(["history"], { ...calm, things: [pump], safeMode: true })).toEqual([]);
});

test("what the gateway says of itself is in words of its own, also what is new to this page", () => {
  const codes = ["journal", "mqtt", "lanes", "event loop", "toString", "limits"].map(probe);
  const reasons = [...codes, { code: "clock_not_trusted", name: null, message: "" }, { ...probe("x"), code: "new" }];
  const calm = { ...known, interlocks: new Map(), alarms: new Map(), things: [] };
  expect(whats([], { ...calm, health: { failing: true, untold: true, reasons, failed: "nobody answers" } })).toEqual([
    "The gateway is not to be trusted with its devices",
    "What is done cannot be written down",
    "The MQTT broker is not told what happens",
    "Something keeps a Thing for too long",
    "The gateway is held up",
    "Something is wrong with the gateway",
    "Something is wrong with the gateway",
    "The gateway's clock is not known to be right",
    "Something is wrong with the gateway",
    "Something is wrong with the gateway",
    "Whether all is well with the gateway is not known",
  ]);
});
