import { afterEach, expect, test } from "vitest";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { onPty } from "../../src/twin/on-pty.ts";
import { simulatedBench } from "../../src/twin/simulated-bench.ts";

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** The twins on pseudo-terminals, and the gateway as on a Raspberry Pi: real ports, real time, nothing simulated in it. */
async function laboratory() {
  const bench = simulatedBench(realClock);
  const twins = {
    pump: bench.place(pumpTwin, "pump", { diameter: 26.59, syringeVolume: 60 }),
    balance: bench.place(balanceTwin, "balance"),
  };
  const pump = await onPty(twins.pump.open, { baudRate: 19_200 });
  cleanUp.push(pump.close);
  const balance = await onPty(twins.balance.open, { baudRate: 9600 });
  cleanUp.push(balance.close);
  const catalogue = openCatalogue();
  const config = await checkBench(
    `things:
       pump: { driver: syringe-pump, serial: ${pump.path}, config: { diameter: 26.59, syringeVolume: 60 } }
       balance: { driver: balance, serial: ${balance.path} }
       dispenser: { driver: dispenser, uses: { pump: pump, balance: balance }, config: { density: 0.998 } }`,
    "test.yaml",
    catalogue,
  );
  const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: false, log: () => {} });
  cleanUp.push(() => gateway.close({ graceMs: 0 }));
  return { gateway, twins };
}

test("a dose runs through real serial ports, over pseudo-terminals, to the twins, and can be cancelled there", async () => {
  const { gateway, twins } = await laboratory();
  expect(Object.values(gateway.states()).map(({ state, reason }) => [state, reason])).toEqual(
    Array.from({ length: 3 }, () => ["ready", null]),
  );
  await gateway.thing("pump").write("rate", 20);
  const dose = gateway.thing("dispenser").invoke("dose", { mass: 0.5 }, { requestedBy: "a test" });
  await dose.ended;
  expect([dose.status, dose.error]).toEqual(["completed", undefined]);
  expect(dose.output).toEqual({ mass: expect.closeTo(0.5, 0) });

  const next = gateway.thing("pump").invoke("dispense", { volume: 20 }, { requestedBy: "a test" });
  await twins.pump.received("RUN");
  await gateway.cancel(next.id, "a test");
  await next.ended;
  expect([next.status, next.forced]).toEqual(["cancelled", false]);
  expect(await gateway.thing("pump").read("state")).not.toBe("infusing");
});
