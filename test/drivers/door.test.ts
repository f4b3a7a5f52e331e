import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/door.ts";
import twin from "../../hardware-mocks/door.ts";

const gpio = { switch: { line: 23, activeLow: true, pull: "up", debounceMs: 25 } } as const;

async function openDoor() {
  const bench = await openBench({ door: { definition, twin, gpio } });
  await bench.clock.advance(1000);
  const events: string[] = [];
  const values: unknown[] = [];
  bench.thing("door").observe((news) => {
    if (news.kind === "event") events.push(news.name);
    if (news.kind === "property") values.push(news.value);
  });
  return { bench, door: bench.twins.door, events, values };
}

test("a door that is opened and closed is told once each, however its contact bounces", async () => {
  const { bench, door, events, values } = await openDoor();
  expect(await bench.read("door", "closed")).toBe(true);
  door.swingOpen();
  await bench.clock.advance(1000);
  expect(await bench.read("door", "closed")).toBe(false);
  door.swingShut();
  await bench.clock.advance(1000);
  expect(events).toEqual(["opened", "closed"]);
  expect(values).toEqual([false, true]);
});

test("a broken wire reads as an open door", async () => {
  const { bench, door, events } = await openDoor();
  door.breakWire();
  await bench.clock.advance(1000);
  expect(await bench.read("door", "closed")).toBe(false);
  expect(events).toEqual(["opened"]);
});
