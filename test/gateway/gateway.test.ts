import { expect, test } from "vitest";
import { openGateway } from "./fixture.ts";

const counter = "things: { counter: { driver: counter } }";

test("a gateway opens its Things and runs their actions", async () => {
  const { gateway, clock } = await openGateway(counter);
  expect(gateway.states()["counter"]).toMatchObject({ state: "ready", queued: 0 });
  const run = gateway.thing("counter").invoke("slow_count", { n: 3 }, { requestedBy: "ada" });
  await clock.until(run.ended);
  expect([run.status, run.input, run.progress]).toEqual(["completed", { n: 3, delay: 0.2 }, 100]);
  await clock.until(gateway.close());
});
