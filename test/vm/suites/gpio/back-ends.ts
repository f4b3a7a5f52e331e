import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { realClock } from "../../../../src/clock.ts";
import { RealGpio } from "../../../../src/transport/gpio-real.ts";
import { type GpioWorld, gpioContract, watching } from "../../../transport/gpio-contract.ts";
import type { Checks } from "./checks.ts";
import { type GpioSim, pass } from "./gpio-sim.ts";

export const backEnds = ["character-device", "sysfs"] as const;
export type BackEnd = (typeof backEnds)[number];

export const chipBy = (backend: BackEnd | "auto", chip?: string) => new RealGpio({ backend, chip, clock: realClock });

/** What every back end keeps, on the kernel's own simulated chip. */
export async function checkBackEnds({ check }: Pick<Checks, "check">, sim: GpioSim): Promise<void> {
  await check("the watching thread sees a pulse: direction=out, then 1, on a line that is pulled up", async () => {
    const line = `/sys/class/gpio/gpio${sim.base + 4}`;
    sim.drive(4, true);
    // On a machine that is busy it may miss one.
    for (let tries = 0; tries < 200; tries++) {
      writeFileSync("/sys/class/gpio/export", String(sim.base + 4));
      const seen = await sim.watch(4);
      writeFileSync(`${line}/direction`, "out");
      writeFileSync(`${line}/value`, "1");
      await pass(20);
      const levels = await seen();
      writeFileSync("/sys/class/gpio/unexport", String(sim.base + 4));
      if (levels.includes(false)) return;
    }
    assert.fail("it has not seen one of 200 pulses");
  });

  for (const backend of backEnds) {
    const world: GpioWorld = {
      chip: chipBy(backend),
      clock: realClock,
      pulls: backend === "character-device",
      drive: (line, high) => sim.drive(line, high),
      level: (line) => sim.level(line),
      watch: (line) => sim.watch(line),
      pass,
      storm: (line, ms) => sim.storm(line, ms),
    };
    for (const [name, run] of gpioContract) await check(`${backend}: ${name}`, () => run(world));
  }

  await check("character-device: edges that nobody has taken are counted, and the level is read instead", async () => {
    const input = await chipBy("character-device").openInput({ line: 16 }, "test.blocked");
    const { edges } = watching(input);
    const over = sim.storm(16, 4000, 2);
    await pass(50);
    // Nothing of this process runs meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3800);
    await over;
    await pass(300);
    const missed = edges.reduce((sum, edge) => sum + (edge.missed ?? 0), 0);
    assert.ok(missed > 0, `${edges.length} edges, none missed`);
    assert.deepEqual([edges.at(-1)?.rising, input.read()], [false, false]);
    input.release();
  });

  await check("auto takes the character device, and finds the chip by its label", async () => {
    const input = await chipBy("auto").openInput({ line: 17, pull: "up" }, "test.auto");
    assert.equal(input.read(), true);
    input.release();
  });
}
