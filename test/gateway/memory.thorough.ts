import { expect, test } from "vitest";
import { LaneFullError } from "../../src/errors.ts";
import { memoryInUse } from "../memory.ts";
import { openGateway } from "./fixture.ts";

const heap = async () => (await memoryInUse()).objects;

test("F24: 10 000 queued and finished invocations leave the heap within 30 MB of where it was", async () => {
  const { gateway, clock, processClock } = await openGateway("things: { counter: { driver: counter } }");
  const counter = gateway.thing("counter");
  const burst = async () => {
    const queued = Array.from({ length: 100 }, () => counter.invoke("slow_count", { n: 2 }, { requestedBy: "a test" }));
    await clock.until(Promise.all(queued.map(({ ended }) => ended)));
    expect(queued.filter(({ status }) => status !== "completed")).toEqual([]);
  };
  await burst();
  const before = await heap();
  for (let n = 0; n < 100; n++) await burst();
  expect((await heap()) - before).toBeLessThan(30e6);
  const listed = (await gateway.invocations.list({})).length;
  expect([listed > 900, listed <= 1000]).toEqual([true, true]);
  await processClock.advance(300_000);
  expect(await gateway.invocations.list({})).toEqual([]);
  await clock.until(gateway.close());
});

test("F24: ten thousand requests for one Thing are bounded by its lane, and cancelled together within a second", async () => {
  const { gateway, clock } = await openGateway("things: { counter: { driver: counter } }");
  const counter = gateway.thing("counter");
  let refused = 0;
  const accepted = [];
  for (let n = 0; n < 10_000; n++) {
    try {
      accepted.push(counter.invoke("slow_count", { n: 1000 }, { requestedBy: "a test" }));
    } catch (error) {
      expect(error).toBeInstanceOf(LaneFullError);
      refused++;
    }
  }
  expect([accepted.length, refused]).toEqual([101, 9899]);
  const from = performance.now();
  for (const { id } of accepted) await gateway.cancel(id, "a test");
  await clock.until(Promise.all(accepted.map(({ ended }) => ended)));
  expect(performance.now() - from).toBeLessThan(1000);
  expect(new Set(accepted.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
  await clock.until(gateway.close());
});
