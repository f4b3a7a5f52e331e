import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { PacedClock } from "../../src/paced-clock.ts";

const bench = `
things:
  pump: { driver: syringe-pump, serial: /dev/a, config: { diameter: 26.59, syringeVolume: 60 } }
  balance: { driver: balance, serial: /dev/b }
  dispenser: { driver: dispenser, uses: { pump: pump, balance: balance }, config: { density: 0.998 } }
`;

/** Ten minutes of pumping: 10 g at 1 mL/min. */
async function dose(clock: DiscreteClock, let_: <T>(work: Promise<T>) => Promise<T>) {
  const catalogue = openCatalogue();
  const config = await checkBench(bench, "test.yaml", catalogue);
  const gateway = await let_(Gateway.open({ config, catalogue, clock, mock: true, log: () => {} }));
  await let_(gateway.thing("pump").write("rate", 1));
  const run = await let_(
    new Promise<Invocation>((resolve) => {
      const start = () => resolve(gateway.thing("dispenser").invoke("dose", { mass: 10 }, { requestedBy: "a test" }));
      clock.after(20_000 - clock.now(), start);
    }),
  );
  const startedAt = clock.now();
  await let_(run.ended);
  const tookMs = clock.now() - startedAt;
  await let_(gateway.close());
  const steps = run.steps.map(({ thing, action, status }) => `${thing}/${action} ${status}`);
  return { status: run.status, output: run.output, delivery: run.delivery, steps, tookMs };
}

test("a ten-minute dose under a time scale has the same steps and the same result as in virtual time", async () => {
  const virtual = new DiscreteClock();
  const expected = await dose(virtual, (work) => virtual.until(work));
  expect(expected.status).toBe("completed");
  expect(expected.tookMs).toBeGreaterThan(600_000);
  const paced = new PacedClock(600);
  const scaled = await dose(paced, (work) => work);
  paced.stop();
  expect(scaled).toEqual({ ...expected, tookMs: expect.closeTo(expected.tookMs, -1) });
});
