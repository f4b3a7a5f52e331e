import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/door.ts";
import twin from "../../hardware-mocks/door.ts";

const gpio = { switch: { line: 23, activeLow: true, pull: "up", debounceMs: 25 } } as const;

async function openDoor() {
  const bench = await openBench({ door: { definition, twin, gpio } });
  await bench.clock.advance(1000);
  const events: string[] = [];
  bench.thing("door").observe((news) => {
    if (news.kind === "event") events.push(news.name);
  });
  return { bench, door: bench.twins.door, events };
}

test("a door that is opened and closed is told once each, however its contact bounces", async () => {
  const { bench, door, events } = await openDoor();
  expect(await bench.read("door", "closed")).toBe(true);
  door.swingOpen();
  await bench.clock.advance(1000);
  expect(await bench.read("door", "closed")).toBe(false);
  door.swingShut();
  await bench.clock.advance(1000);
  expect(events).toEqual(["opened", "closed"]);
});

test("a broken wire reads as an open door", async () => {
  const { bench, door, events } = await openDoor();
  door.breakWire();
  await bench.clock.advance(1000);
  expect(await bench.read("door", "closed")).toBe(false);
  expect(events).toEqual(["opened"]);
});
