import { DeviceFaultError, defineThing, now, sleep, Type } from "benchd/driver";
import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import { Regulator } from "../../drivers/heater/regulator.ts";

const limits = {
  ...{ minTemperature: 0, maxTemperature: 80, staleAfter: 5 },
  ...{ minGain: 0, maxChange: 10, checkTime: 600, proportionalBand: 10, integralTime: 100 },
};

/** It is driven by what takes a tenth of a second, and refuses to be switched off while a test says so. */
async function driven() {
  const applied: { readonly at: number; readonly power: number }[] = [];
  const heater = { refuses: false };
  const definition = defineThing({
    title: "Heater",
    config: Type.Object({}),
    properties: { setpoint: { title: "Setpoint", schema: Type.Union([Type.Number(), Type.Null()]) } },
    async open({ spawn }) {
      const regulator = new Regulator({
        limits,
        probe: async () => 25,
        async apply(power) {
          applied.push({ at: now(), power });
          await sleep(100);
          if (power === 0 && heater.refuses) throw new DeviceFaultError("it refuses");
        },
        tripped() {},
      });
      spawn(() => regulator.sample());
      spawn(() => regulator.drive());
      return {
        read: { setpoint: () => regulator.setpoint ?? null },
        write: { setpoint: (wanted) => (wanted === null ? regulator.off() : regulator.hold(wanted)) },
      };
    },
  });
  const bench = await openBench({ heater: { definition } });
  return { bench, applied, heater };
}

test("what refuses to be switched off while it is being driven is told again no later than else", async () => {
  const { bench, applied, heater } = await driven();
  await bench.clock.advance(3000);
  await bench.write("heater", "setpoint", 60);
  await bench.clock.advance(3000);
  // In the middle of a drive.
  while ((applied.at(-1)?.at ?? 0) < bench.clock.now() - 40 || applied.at(-1)?.power === 0)
    await bench.clock.advance(10);
  heater.refuses = true;
  const off = expect(bench.write("heater", "setpoint", null)).rejects.toThrow("refuses");
  await bench.clock.until(off);
  const refused = bench.clock.now();
  const before = applied.length;
  await bench.clock.advance(1000);
  expect(applied[before]?.at).toBeLessThan(refused + 300);
});
