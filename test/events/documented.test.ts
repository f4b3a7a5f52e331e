import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type BenchEvent, type EventKind, eventKinds } from "../../src/events/event.ts";

const page = await readFile(new URL("../../docs/events.md", import.meta.url), "utf8");
const table = page.slice(page.indexOf("## Kinds"), page.indexOf("## Resuming"));
const rows = [...table.matchAll(/^\| `(\w+)` \| ([^|]*) \| /gm)];
const documented = new Map(
  rows.map(([, kind = "", cell = ""]) => [kind, [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)]),
);

type Sample<K extends EventKind> = Required<Omit<Extract<BenchEvent, { kind: K }>, "kind" | "omitted">>;

const of = { thing: "pump", action: "dispense", id: "1" };
/** All fields of each kind: the compiler sees to it that none is missing. */
const samples: { readonly [K in EventKind]: Sample<K> } = {
  property: { thing: "pump", name: "rate", value: 1 },
  event: { thing: "pump", name: "stalled", data: null },
  thingState: { thing: "pump", state: "ready", reason: null },
  invocation: {
    ...of,
    ...{ seq: 1, status: "running", requestedBy: "ada", progress: null, reason: null },
    ...{ outcome: null, forced: false, error: null },
  },
  progress: { ...of, progress: 50 },
  steps: { ...of, steps: [] },
  log: { ...of, lines: [], dropped: 0 },
  delivery: { ...of, delivery: [] },
  emergencyStop: { stopped: true, by: "ada" },
  interlock: { name: "lid_open", things: ["oven"], tripped: false, condition: "met", reason: null },
  lease: { what: "taken", leaseNumber: 1, things: ["pump"], holder: "ada", note: "", until: null },
  prompt: {
    ...of,
    prompt: "2",
    state: "open",
    asker: "pump",
    things: ["pump"],
    title: null,
    message: "Put a beaker there",
    answeredBy: null,
  },
  run: { id: "1", title: "Titration", state: "running", things: ["pump"], positions: [] },
  calibration: { thing: "ph", validity: "valid", reason: null, id: "1", by: "ada", calibratedAt: null, expires: null },
  schedule: { name: "night", things: ["pump"], what: "skipped", invocation: null, reason: "it is paused" },
  alarm: { name: "too_hot", things: ["heater"], raised: true, reason: "heater.temperature is 81" },
  recording: {
    ...{ id: "1", name: "titration", things: ["ph"], state: "full", run: null, configured: null },
    reason: "its file has as many bytes as one recording may have",
  },
  configuration: { added: ["balance"], removed: [], changed: ["pump"] },
};

test("every kind of event has its row, and no other has one", () => {
  expect([...documented.keys()]).toEqual([...eventKinds]);
});

test.each(eventKinds)("the page on events names the fields of %s, and no others", (kind) => {
  expect(new Set(documented.get(kind))).toEqual(new Set(Object.keys(samples[kind])));
});
