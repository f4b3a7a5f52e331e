import { expect, test } from "vitest";
import { apply } from "../../dashboard/bench/apply.ts";
import { Bench } from "../../dashboard/bench/bench.ts";
import { Connection } from "../../src/client/connection.ts";

function benchThatAnswers(body: unknown) {
  const connection = new Connection({
    url: "http://bench.example",
    fetch: () => (body instanceof Error ? Promise.reject(body) : Promise.resolve(Response.json(body))),
  });
  return new Bench(connection);
}
const event = (stopped: boolean) =>
  ({ kind: "emergencyStop", number: 1, at: "2026-11-20T10:00:00.004Z", stopped, by: "anna" }) as const;
const told = { stopped: true, at: "2026-11-20T10:00:00.001Z", by: "anna" };
const answered = () => new Promise((go) => setImmediate(go));

test("a stop is shown at once, and then with the very time by which it is cleared", async () => {
  const bench = benchThatAnswers(told);
  apply(bench, event(true));
  expect(bench.emergencyStop.value).toEqual({ ...told, at: "2026-11-20T10:00:00.004Z" });
  await expect.poll(() => bench.emergencyStop.value).toEqual(told);
});

test("one that was cleared meanwhile stays so, and one whose time cannot be read is latched all the same", async () => {
  const cleared = benchThatAnswers(told);
  apply(cleared, event(true));
  apply(cleared, event(false));
  const lost = benchThatAnswers(new TypeError("failed"));
  apply(lost, event(true));
  await answered();
  await answered();
  expect([cleared.emergencyStop.value.stopped, lost.emergencyStop.value.stopped]).toEqual([false, true]);
});

test("who signs out leaves nothing behind", () => {
  const bench = benchThatAnswers(told);
  apply(bench, event(true));
  bench.leases.value = [{ leaseNumber: 1, things: ["pump"], holder: "anna", note: "secret", until: null }];
  bench.forget();
  expect([bench.emergencyStop.value.stopped, bench.leases.value, bench.about.value]).toEqual([false, [], undefined]);
});
