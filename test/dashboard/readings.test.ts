import { expect, it } from "vitest";
import { Readings } from "../../dashboard/views/thing/readings.ts";
import { settled, toldBench } from "./told-bench.ts";

const description = {
  title: "Pump",
  properties: { rate: { type: "number" }, state: { type: "string", observable: true }, broken: { type: "number" } },
} as const;

/** A page of a pump, one of whose properties cannot be read. */
async function opened() {
  const refusal = Response.json({ detail: "no pressure", type: "urn:benchd:error:BENCHD_DEVICE" }, { status: 502 });
  const answers = new Map<string, unknown>([
    ["/pump/rate", 5],
    ["/pump/state", "stopped"],
    ["/pump/broken", refusal],
  ]);
  const told = toldBench(answers);
  const readings = new Readings(told.bench, told.pump, description);
  const close = readings.watch();
  await settled();
  const now = (name: string) => {
    const shown = readings.of(name);
    return shown && [shown.last.value?.value, shown.stale.value, shown.failed.value];
  };
  return { ...told, answers, readings, close, now };
}

it("all properties are read when a page is opened; one that fails says why, and hides no other", async () => {
  const page = await opened();
  expect([page.now("rate"), page.now("state")]).toEqual([
    [5, false, ""],
    ["stopped", false, ""],
  ]);
  expect(page.now("broken")).toEqual([undefined, true, "no pressure"]);
  page.close();
});

it("what was read stays there when the connection or the device is lost, and is said to be old; then it is read again", async () => {
  const page = await opened();
  page.live("lost");
  expect(page.now("rate")).toEqual([5, true, ""]);
  page.answers.set("/pump/rate", 7);
  page.again();
  page.live();
  expect(page.now("rate")).toEqual([5, true, ""]);
  await settled();
  expect(page.now("rate")).toEqual([7, false, ""]);
  page.tell({ kind: "thingState", thing: "pump", state: "disconnected", reason: "unplugged" });
  expect(page.now("rate")).toEqual([7, true, ""]);
  page.close();
});

it("what is told is shown, what was too long to be told is read", async () => {
  const page = await opened();
  page.tell({ kind: "property", thing: "pump", name: "state", value: "infusing" });
  expect(page.now("state")).toEqual(["infusing", false, ""]);
  page.answers.set("/pump/state", "a long story");
  page.tell({ kind: "property", thing: "pump", name: "state", value: null, omitted: true });
  await settled();
  expect(page.now("state")).toEqual(["a long story", false, ""]);
  page.close();
});

it("what is told while something is read is newer than what is read", async () => {
  const page = await opened();
  let answer = (_: unknown) => {};
  const reading = new Promise((resolve) => {
    answer = resolve;
  });
  page.answers.set("/pump/state", reading);
  const read = page.readings.read(["state"]);
  await settled();
  page.tell({
    kind: "property",
    thing: "pump",
    name: "state",
    value: "infusing",
    at: new Date(Date.now() + 5).toISOString(),
  });
  answer("stopped");
  await read;
  expect(page.now("state")).toEqual(["infusing", false, ""]);
  page.close();
});

it("three are asked for at once, and those under way are given up when the page is closed", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const never = new Map(names.map((name) => [`/pump/${name}`, new Promise(() => {})]));
  const told = toldBench(never);
  const listening = new Set<unknown>();
  const listen = told.bench.listen.bind(told.bench);
  told.bench.listen = (heard) => {
    listening.add(heard);
    const forget = listen(heard);
    return () => {
      listening.delete(heard);
      forget();
    };
  };
  const properties = Object.fromEntries(names.map((name) => [name, { type: "number" }] as const));
  const close = new Readings(told.bench, told.pump, { title: "Pump", properties }).watch();
  await settled();
  expect([told.asked, listening.size]).toEqual([["/pump/a", "/pump/b", "/pump/c"], 1]);
  close();
  expect(told.signals.map((signal) => signal?.aborted)).toEqual([true, true, true]);
  expect(listening.size).toBe(0);
});

it("a page that is closed asks for nothing more", async () => {
  const page = await opened();
  page.close();
  const before = page.asked.length;
  page.again();
  await settled();
  expect(page.asked.length).toBe(before);
});
