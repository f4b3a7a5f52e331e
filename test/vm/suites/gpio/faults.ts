import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { ConfigError, DisconnectedError, PortBusyError, PortMissingError } from "../../../../src/errors.ts";
import { watching } from "../../../transport/gpio-contract.ts";
import { backEnds, chipBy } from "./back-ends.ts";
import type { Checks } from "./checks.ts";
import { GpioSim, pass } from "./gpio-sim.ts";

const run = promisify(execFile);

/** F46: lines that are busy, chips that are missing or have another number, storms. */
export async function checkFaults({ check }: Pick<Checks, "check">, sim: GpioSim): Promise<void> {
  await check("F46 a line is shown as ours, and a line of another program is refused with its name", async () => {
    const chip = chipBy("character-device");
    const ours = await chip.openInput({ line: 10 }, "oven.door");
    assert.match((await run("gpioinfo", [sim.chip])).stdout, /line +10:.*"benchd:oven\.door"/);
    ours.release();
    await held(spawn("gpioset", ["--mode=signal", sim.chip, "9=1"]), async () => {
      await assert.rejects(chip.openInput({ line: 9 }, "oven.door"), (error) => {
        return error instanceof PortBusyError && /held by gpioset/.test(error.message);
      });
      await assert.rejects(chipBy("sysfs").openInput({ line: 9 }, "oven.door"), PortBusyError);
    });
  });

  await check("F46 a line that a program has exported is refused, with the process that has it open", async () => {
    const line = `/sys/class/gpio/gpio${sim.base + 9}`;
    writeFileSync("/sys/class/gpio/export", String(sim.base + 9));
    writeFileSync(`${line}/direction`, "low");
    await held(spawn("tail", ["-f", `${line}/value`]), async (id) => {
      const refusal = (error: unknown) =>
        error instanceof PortBusyError && error.message.includes(`process ${id} (tail)`);
      await assert.rejects(chipBy("sysfs").openOutput({ line: 9 }, "oven.heater", false), refusal);
      await assert.rejects(chipBy("character-device").openInput({ line: 9 }, "oven.door"), /held by sysfs/);
    });
    // Nobody has it open now, but it is an output, and an input is wanted: it belongs to somebody.
    await assert.rejects(chipBy("sysfs").openInput({ line: 9 }, "oven.door"), /exported as "out"/);
    (await chipBy("sysfs").openOutput({ line: 9 }, "oven.heater", false)).release();
  });

  for (const backend of backEnds) {
    await check(`F46 ${backend}: a chip that is missing is told by name, and found when it comes`, async () => {
      const label = `expander-${backend}`;
      const chip = chipBy(backend, label);
      await assert.rejects(chip.openInput({ line: 3 }, "test.late"), (error) => {
        return error instanceof PortMissingError && error.message.includes(label);
      });
      const added = GpioSim.add(label, backend);
      added.drive(3, true);
      const input = await chip.openInput({ line: 3 }, "test.late");
      assert.equal(input.read(), true);
      input.release();
      added.remove();
    });

    await check(`F46 ${backend}: a chip that has got another number is found by its label`, async () => {
      const label = `renumbered-${backend}`;
      const chip = chipBy(backend, label);
      const before = GpioSim.add(label, `${label}-1`);
      (await chip.openInput({ line: 3 }, "test.moved")).release();
      before.remove();
      const between = GpioSim.add("something else", `${label}-2`);
      const after = GpioSim.add(label, `${label}-3`);
      assert.notDeepEqual([after.chip, after.base], [before.chip, before.base]);
      after.drive(3, true);
      const input = await chip.openInput({ line: 3 }, "test.moved");
      assert.equal(input.read(), true);
      input.release();
      between.remove();
      after.remove();
    });
  }

  await check("F46 two chips of one label are refused, until one is named by its path", async () => {
    const [one, two] = [GpioSim.add("twins", "twins-1"), GpioSim.add("twins", "twins-2")];
    for (const backend of backEnds)
      await assert.rejects(chipBy(backend, "twins").openInput({ line: 3 }, "test.twins"), ConfigError);
    two.drive(3, true);
    const input = await chipBy("character-device", `/dev/${two.chip}`).openInput({ line: 3 }, "test.twins");
    assert.equal(input.read(), true);
    input.release();
    one.remove();
    two.remove();
  });

  await check("F46 character-device: a chip that is unplugged is told to be gone", async () => {
    const added = GpioSim.add("unplugged", "unplugged");
    const chip = chipBy("character-device", "unplugged");
    const input = await chip.openInput({ line: 3 }, "test.input");
    const output = await chip.openOutput({ line: 4 }, "test.output", true);
    const { losses } = watching(input);
    added.remove();
    await pass(100);
    assert.equal(losses.length, 1);
    assert.throws(() => input.read(), DisconnectedError);
    assert.throws(() => output.write(false), DisconnectedError);
    input.release();
    output.release();
  });

  for (const backend of backEnds) {
    await check(`F46 ${backend}: a storm of 3 s neither fills memory nor holds up the rest`, async () => {
      const input = await chipBy(backend).openInput({ line: 26 }, "test.storm");
      const { edges, warnings } = watching(input);
      let beats = 0;
      const beat = setInterval(() => beats++, 10);
      try {
        await sim.storm(26, 500);
        const before = process.memoryUsage().rss;
        beats = 0;
        await sim.storm(26, 3000);
        const grown = (process.memoryUsage().rss - before) / 2 ** 20;
        assert.ok(grown < 20, `memory has grown by ${grown} MB`);
        assert.ok(beats > 30, `a timer of 10 ms came ${beats} times in 3 s`);
        assert.ok(edges.length <= 8000 && warnings.length <= 1, `${edges.length} edges, ${warnings.length} warnings`);
      } finally {
        clearInterval(beat);
        input.release();
      }
    });
  }
}

/** Do something while another program holds a line. */
async function held(child: ChildProcess, act: (id: number) => Promise<void>): Promise<void> {
  try {
    await pass(1500);
    await act(child.pid ?? 0);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}
