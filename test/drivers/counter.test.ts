import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/counter.ts";
import { InvocationError } from "../../src/errors.ts";

const openCounter = () => openBench({ counter: { definition } });

test("slow_count counts, logs each count, and returns the counter", async () => {
  const bench = await openCounter();
  const counted = await bench.run("counter", "slow_count", { n: 3, delay: 0.1 });
  expect(counted.output).toBe(3);
  expect(counted.log.entries().map(({ message }) => message)).toEqual([
    "counted 1 of 3",
    "counted 2 of 3",
    "counted 3 of 3",
  ]);
  expect(await bench.read("counter", "counter")).toBe(3);
});

test("the counter cannot be taken below 0, where its own schema would refuse to tell it", async () => {
  const bench = await openCounter();
  const refused = await bench.run("counter", "increment", { by: -1 });
  expect([refused.status, refused.error]).toEqual(["error", expect.any(InvocationError)]);
  expect(await bench.read("counter", "counter")).toBe(0);
});

test("slow_count ends on a cancel and keeps what it has counted", async () => {
  const bench = await openCounter();
  const counting = bench.start("counter", "slow_count", { n: 30, delay: 0.1 });
  await bench.clock.advance(350);
  await bench.cancel(counting);
  await bench.ended(counting);
  expect(counting.status).toBe("cancelled");
  expect(await bench.read("counter", "counter")).toBe(3);
});

test("uncancellable completes although it was cancelled", async () => {
  const bench = await openCounter();
  const stubborn = bench.start("counter", "uncancellable", { seconds: 0.6 });
  await bench.clock.advance(100);
  await bench.cancel(stubborn);
  await bench.ended(stubborn);
  expect([stubborn.status, stubborn.output]).toEqual(["completed", "finished anyway"]);
});

test("fail is unexpected, fail_handled expected", async () => {
  const bench = await openCounter();
  const failed = await bench.run("counter", "fail", { message: "kaput" });
  expect([failed.status, failed.error?.message]).toEqual(["error", "kaput"]);
  const handled = await bench.run("counter", "fail_handled");
  expect(handled.error).toBeInstanceOf(InvocationError);
});

test("an output that breaks its promise is an error", async () => {
  const bench = await openCounter();
  expect((await bench.run("counter", "bad_output")).status).toBe("error");
});

test("zero returns 0, echo and anything what they were given", async () => {
  const bench = await openCounter();
  expect((await bench.run("counter", "zero")).output).toBe(0);
  expect((await bench.run("counter", "echo", { number: 3, text: "hi" })).output).toEqual({ number: 3, text: "hi" });
  expect((await bench.run("counter", "anything", { a: 1, b: [1, 2] })).output).toEqual({ a: 1, b: [1, 2] });
});
