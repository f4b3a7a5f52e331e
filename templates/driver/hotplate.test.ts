import { openThing } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "./hotplate.ts";
import simulated from "./hotplate.twin.ts";

const open = () => openThing({ definition, twin: simulated });

test("it says who it is", async () => {
  const { bench, thing } = await open();
  expect(thing.identity).toEqual({ model: "HS7", serialNumber: "30417", firmware: "2.1" });
  await bench.close();
});

test("a stir turns the bar for its time, and tells how far it is", async () => {
  const { bench, twin } = await open();
  const stir = bench.start("thing", "stir", { speed: 300, seconds: 4 });
  await bench.clock.advance(2500);
  expect(twin.state.speed).toBe(300);
  expect(stir.progress).toBe(50);
  await bench.ended(stir);
  expect([stir.status, stir.output]).toEqual(["completed", { turns: 20 }]);
  expect(twin.state.speed).toBe(0);
  await bench.close();
});

test("a stir that is cancelled stops the motor, and leaves the plate warm", async () => {
  const { bench, twin } = await open();
  await bench.write("thing", "setpoint", 60);
  const stir = bench.start("thing", "stir", { speed: 300 });
  await bench.clock.until(twin.received(/SPEED\?/));
  await bench.cancel(stir);
  await bench.ended(stir);
  expect(stir.status).toBe("cancelled");
  expect(twin.state).toMatchObject({ speed: 0, heatTo: 60 });
  await bench.close();
});

test("a setpoint above the limit of the bench is refused before anything is sent", async () => {
  const { bench, twin } = await open();
  await expect(bench.write("thing", "setpoint", 101)).rejects.toThrow("above maxTemperature, 100 °C");
  expect(twin.commands).not.toContain("HEAT 101");
  await bench.close();
});

test("stop breaks into a question that is not answered", async () => {
  const { bench, twin } = await open();
  const stir = bench.start("thing", "stir", { speed: 300 });
  await bench.clock.advance(1100);
  twin.delay(400);
  await bench.clock.until(twin.received(/SPEED\?/));
  const asked = bench.clock.now();
  const stop = bench.start("thing", "stop");
  await bench.clock.until(twin.received(/STOP/));
  expect(bench.clock.now() - asked).toBeLessThan(20);
  await bench.ended(stop);
  await bench.ended(stir);
  expect([stop.status, stir.status, twin.isOff]).toEqual(["completed", "cancelled", true]);
  await bench.close();
});

test.each([
  ["the bar comes loose", "comeLoose", /come loose/],
  ["the plate is too hot", "trip", /too hot/],
  ["it falls silent", "silence", /unresponsive/],
  ["the cable is pulled", "unplug", /disconnected/],
  ["somebody switches it off and on", "powerCycle", /started|reset/],
] as const)("a stir ends as an error when %s", async (_, fault, why) => {
  const { bench, twin } = await open();
  const stir = bench.start("thing", "stir", { speed: 300 });
  await bench.clock.advance(3500);
  twin[fault]();
  await bench.ended(stir);
  expect([stir.status, stir.error?.message]).toEqual(["error", expect.stringMatching(why)]);
  await bench.close();
});

test("an alarm ends the stir, whoever's question is told of it", async () => {
  const { bench, twin } = await open();
  const stir = bench.start("thing", "stir", { speed: 300 });
  await bench.clock.advance(3500);
  twin.trip();
  await expect(bench.read("thing", "temperature")).rejects.toThrow(/too hot/);
  await bench.ended(stir);
  expect(stir.status).toBe("error");
  await bench.close();
});
