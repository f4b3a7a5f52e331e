import { expect, test, vi } from "vitest";
import { withPump } from "./pump.ts";

/** Real processes, side by side, as most of it is waiting. */

const inTime = { timeout: 30_000 };

/** A dose in its middle, of which the history has an amount; and one that waits behind it. */
async function midway(gateway: Awaited<ReturnType<Awaited<ReturnType<typeof withPump>>["start"]>>) {
  const dispense = () => gateway.ask("POST", "/pump/dispense", { volume: 20 }, { prefer: "respond-async" });
  const [dose, queued] = [(await dispense()).body, (await dispense()).body];
  const found = async (id: string) => (await gateway.ask("GET", `/action_invocations/${id}`)).body;
  const confirmed = async () => (await found(dose.id)).delivery[0]?.confirmed ?? 0;
  await vi.waitFor(async () => expect(await confirmed()).toBeGreaterThan(0.05), inTime);
  // Amounts are written once a second.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return { dose, queued };
}

test.concurrent("F01: after SIGKILL in the middle of a dose the pump stands at the first reply, and the dose is told with what was confirmed", async ({
  expect,
}) => {
  const bench = await withPump();
  const first = await bench.start();
  const { dose, queued } = await midway(first);
  first.child.kill("SIGKILL");
  await first.ended;
  const { ask, end } = await bench.start();
  expect((await ask("GET", "/pump/state")).body).toBe("stopped");
  const told = (await ask("GET", `/action_invocations/${dose.id}`)).body;
  expect(told).toMatchObject({
    status: "error",
    outcome: "unknown",
    error: { type: "urn:benchd:error:BENCHD_INTERRUPTED" },
  });
  expect(told.delivery[0]?.confirmed).toBeGreaterThan(0.05);
  expect((await ask("GET", `/action_invocations/${queued.id}`)).body).toMatchObject({
    status: "cancelled",
    reason: "restart",
  });
  // Nothing goes on by itself.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await ask("GET", "/pump/state")).body).toBe("stopped");
  expect(await end()).toBe(0);
  await bench.end();
});

test.concurrent("F02: after SIGTERM in the middle of a dose the pump stands, what ran and what waited is on file as cancelled by it, and the exit is 0", async ({
  expect,
}) => {
  const bench = await withPump();
  const first = await bench.start();
  const { dose, queued } = await midway(first);
  expect(await first.end()).toBe(0);
  expect(first.complaints()).toBe("");
  const { ask, end } = await bench.start();
  const told = (await ask("GET", `/action_invocations/${dose.id}`)).body;
  expect(told).toMatchObject({ status: "cancelled", reason: "shutdown", forced: false });
  expect(told.delivery[0]?.confirmed).toBeGreaterThan(0.05);
  expect((await ask("GET", `/action_invocations/${queued.id}`)).body).toMatchObject({
    status: "cancelled",
    reason: "shutdown",
  });
  expect((await ask("GET", "/pump/dispensed")).body).toBeCloseTo(told.delivery[0]?.confirmed ?? 0, 1);
  expect(await end()).toBe(0);
  await bench.end();
});

test.concurrent("F29: with a loop that is busy for four fifths of the time and a full lane, the pump has confirmed its stop within two seconds", async ({
  expect,
}) => {
  const bench = await withPump();
  const { ask, end } = await bench.start();
  const slowly = { prefer: "respond-async" };
  const { id } = (await ask("POST", "/pump/dispense", { volume: 20 }, slowly)).body;
  await Promise.all(Array.from({ length: 100 }, () => ask("POST", "/pump/dispense", { volume: 1 }, slowly)));
  expect((await ask("POST", "/pump/dispense", { volume: 1 }, slowly)).status).toBe(503);
  await ask("POST", "/burner/burn", undefined, slowly);
  const pressed = performance.now();
  const report = await ask("POST", "/emergency_stop");
  // Other programs want the processor, too.
  expect(performance.now() - pressed).toBeLessThan(2000);
  expect(report).toMatchObject({ status: 200, body: { things: { pump: { confirmed: true } } } });
  expect((await ask("GET", "/pump/state")).body).toBe("stopped");
  expect((await ask("GET", `/action_invocations/${id}`)).body).toMatchObject({
    status: "cancelled",
    reason: "emergency_stop",
  });
  expect(await end()).toBe(0);
  await bench.end();
});
