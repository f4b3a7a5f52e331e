import { expect, test } from "vitest";
import type { BenchEvent } from "../../src/events/event.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import { openGateway } from "../gateway/fixture.ts";
import { openOven } from "../gateway/interlock-bench.ts";

const since = ({ events }: Gateway, from: number): readonly BenchEvent[] =>
  events.after(from).events.map(({ event }) => event);

test("an emergency stop is told once, before the end of what it cuts off, and so is its end", async () => {
  const { gateway, clock } = await openGateway("things: { counter: { driver: counter } }");
  const [running, waiting] = [1, 2].map(() =>
    gateway.thing("counter").invoke("slow_count", { n: 100 }, { requestedBy: "ada" }),
  );
  const from = gateway.events.last;
  await clock.until(Promise.all([gateway.emergencyStop.trip("ada", "smoke"), gateway.emergencyStop.trip("ada")]));
  await clock.until(Promise.all([running?.ended, waiting?.ended]));
  await clock.until(gateway.emergencyStop.clear("bob"));
  const told = since(gateway, from).filter(({ kind }) => kind === "emergencyStop" || kind === "invocation");
  expect(told).toMatchObject([
    { kind: "emergencyStop", stopped: true, by: "ada: smoke" },
    { kind: "invocation", status: "cancelled", reason: "emergency_stop" },
    { kind: "invocation", status: "cancelled", reason: "emergency_stop" },
    { kind: "emergencyStop", stopped: false, by: "bob" },
  ]);
  await clock.until(gateway.close());
});

test("an interlock is told when what it watches is another, when it trips, and when it is reset", async () => {
  const { bench, lid, open, reset } = await openOven();
  const { gateway } = bench;
  const told = { kind: "interlock", name: "lid_open", things: ["oven"] };
  const met = { ...told, tripped: false, condition: "met", reason: null };
  expect(since(gateway, 0).filter(({ kind }) => kind === "interlock")).toEqual([met]);
  const hold = bench.start("oven", "hold");
  const from = gateway.events.last;
  await open();
  await bench.ended(hold);
  lid.closed = true;
  await bench.clock.advance(1000);
  await reset();
  const all = since(gateway, from).filter(({ kind }) => kind === "interlock" || kind === "invocation");
  const why = "lid.closed is false, not true";
  expect(all).toMatchObject([
    { ...told, tripped: true, condition: "violated", reason: why },
    { kind: "invocation", action: "hold", status: "error", reason: "interlocked" },
    { ...told, tripped: true, condition: "met", reason: why },
    met,
  ]);
  await bench.close();
});

test("a lease is told with all that becomes of it", async () => {
  const { gateway, clock, processClock } = await openGateway(
    "things: { counter: { driver: counter }, helper: { driver: counter } }",
  );
  const { leases } = gateway;
  const from = gateway.events.last;
  const terms = { seconds: 60, note: "calibration", onLoss: "finish" } as const;
  const first = await leases.take("counter", "ada", terms, { more: ["helper"] });
  const renewed = leases.renew("counter", [first.number], { seconds: 120 });
  leases.release("counter", [first.number], "ada");
  const second = await leases.take("counter", "ada", terms);
  leases.break("counter", "bob", "gone");
  const third = await leases.take("counter", "ada", terms);
  await processClock.advance(61_000);
  const told = since(gateway, from);
  const lease = (what: string, leaseNumber: number, until: number | null, things = ["counter"]) => ({
    ...{ kind: "lease", what, leaseNumber, things, holder: "ada", note: "calibration" },
    until: until === null ? null : new Date(until).toISOString(),
  });
  expect(told).toEqual([
    lease("taken", first.number, first.until, ["counter", "helper"]),
    lease("renewed", first.number, renewed.until, ["counter", "helper"]),
    lease("released", first.number, null, ["counter", "helper"]),
    lease("taken", second.number, second.until),
    lease("broken", second.number, null),
    lease("taken", third.number, third.until),
    lease("expired", third.number, null),
  ]);
  await clock.until(gateway.close());
});
