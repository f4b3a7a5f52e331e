import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { LineSettings, OpenByteStream } from "../../src/transport/byte-stream.ts";
import { onPty } from "../../src/twin/on-pty.ts";
import { simulatedBench } from "../../src/twin/simulated-bench.ts";

const folder = mkdtempSync(join(tmpdir(), "benchd-ports-"));
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** A device on a port that can be pulled out; it comes back as another terminal behind the same link, as udev does it. */
async function pluggable(name: string, open: OpenByteStream, settings: LineSettings) {
  const path = join(folder, name);
  let port: Awaited<ReturnType<typeof onPty>> | undefined;
  const device = {
    path,
    async plug() {
      port = await onPty(open, settings);
      symlinkSync(port.path, path);
    },
    async unplug() {
      rmSync(path, { force: true });
      await port?.close();
    },
  };
  await device.plug();
  cleanUp.push(device.unplug);
  return device;
}

const withinMs = async (ms: number, holds: () => boolean) => {
  const start = performance.now();
  await expect.poll(holds, { interval: 10, timeout: ms }).toBe(true);
  return performance.now() - start;
};

test("F10: a dose whose pump is unplugged ends within 1 s, the pump is ready within 2 s of the replug, the balance never stops", async () => {
  const bench = simulatedBench(realClock);
  const twins = {
    pump: bench.place(pumpTwin, "pump", { diameter: 26.59, syringeVolume: 60 }),
    balance: bench.place(balanceTwin, "balance"),
  };
  const pump = await pluggable("pump", twins.pump.open, { baudRate: 19_200 });
  const balance = await pluggable("balance", twins.balance.open, { baudRate: 9600 });
  const catalogue = openCatalogue();
  const config = await checkBench(
    `things:
       pump: { driver: syringe-pump, serial: ${pump.path}, config: { diameter: 26.59, syringeVolume: 60 } }
       balance: { driver: balance, serial: { path: ${balance.path}, hupcl: false, writeTimeoutMs: 2000 } }`,
    "test.yaml",
    catalogue,
  );
  const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: false, log: () => {} });
  cleanUp.push(() => gateway.close({ graceMs: 0 }));
  const balanceStates: string[] = [];
  gateway.thing("balance").observe((news) => news.kind === "state" && balanceStates.push(news.state));

  for (let round = 0; round < 2; round++) {
    const dose = gateway.thing("pump").invoke("dispense", { volume: 20 }, { requestedBy: "a test" });
    await twins.pump.received("RUN");
    await pump.unplug();
    await withinMs(1000, () => dose.status === "error");
    expect([dose.outcome, dose.error?.message]).toEqual(["unknown", expect.stringContaining("pump was disconnected")]);
    await gateway.thing("balance").read("weight");
    await pump.plug();
    await withinMs(2000, () => gateway.thing("pump").state === "ready");
    expect(await gateway.thing("pump").read("state")).not.toBe("infusing");
  }
  expect(balanceStates).toEqual([]);
});
