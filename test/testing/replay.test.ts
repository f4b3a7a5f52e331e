import { readFile } from "node:fs/promises";
import { DiscreteClock, openBench, replay, simulatedBench } from "benchd/testing";
import { describe, expect, it } from "vitest";
import balanceDriver from "../../drivers/balance.ts";
import pumpDriver from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import type { Transcript } from "../../src/transcript.ts";

const read = (name: string) => readFile(new URL(`../fixtures/transcripts/${name}.json`, import.meta.url), "utf8");
const dispense = await read("pump-dispense");
const weigh = await read("balance-weigh");

/** The same dialogue with one text in place of another. */
const changed = (text: string, from: string, to: string) => {
  expect(text).toContain(from);
  return replay(text.replace(from, to));
};

describe("a recorded dialogue, held against the driver", () => {
  async function dose(recording: ReturnType<typeof replay>) {
    const pump = { definition: pumpDriver, twin: recording.device("pump"), config: recording.config("pump") };
    const bench = await openBench({ pump });
    const invocation = await bench.run("pump", "dispense", { volume: 0.1 });
    return { bench, invocation, device: bench.twins.pump };
  }

  it("is said by the pump's driver to the byte, with the same result", async () => {
    const { bench, invocation, device } = await dose(replay(dispense));
    expect([invocation.status, invocation.output]).toEqual(["completed", { dispensed: 0.1 }]);
    device.verify();
    await bench.close();
  });

  it("is said by the balance's driver to the byte, with the same result", async () => {
    const recording = replay(weigh);
    const bench = await openBench({ balance: { definition: balanceDriver, twin: recording.device("balance") } });
    const { output } = await bench.run("balance", "weigh");
    expect(output).toEqual({ value: 50 });
    bench.twins.balance.verify();
    await bench.close();
  });

  it("shows where the driver says something else", async () => {
    const { bench, device } = await dose(changed(dispense, "00VOL0.100", "00VOL0.200"));
    expect(device.verify).toThrow(/recorded {2}> .*00VOL0\.200.*\n {2}now {7}> .*00VOL0\.100/);
    expect(device.verify).toThrow(/after piece \d+ of \d+:\n(.*\n)+.*> .*00VOLX/);
    await bench.close();
  });

  it("shows what the driver has left unsaid", async () => {
    const recording = replay(dispense);
    const pump = { definition: pumpDriver, twin: recording.device("pump"), config: recording.config("pump") };
    const bench = await openBench({ pump });
    expect(bench.twins.pump.verify).toThrow(
      /has left the dialogue,\n(.*\n)*.*recorded {2}> .*003.*\n {2}now {7}nothing/,
    );
    await bench.close();
  });
});

describe("a recorded dialogue, held against the twin", () => {
  const place = (clock: DiscreteClock) => {
    const bench = simulatedBench(clock);
    const pump = bench.place(pumpTwin, "pump", replay(dispense).config("pump"));
    pump.powerCycle();
    return pump;
  };

  it("is answered by the pump's to the byte", async () => {
    const clock = new DiscreteClock();
    await replay(dispense).drive("pump", place(clock), { clock });
  });

  it("is answered by the balance's, as near as the caller wants it", async () => {
    const clock = new DiscreteClock();
    const balance = simulatedBench(clock).place(balanceTwin, "balance");
    // As it was recorded: something is put on the pan when the balance has just been opened.
    clock.after(469.792, () => balance.put(50));
    const tolerance = (recorded: number, now: number) => Math.abs(recorded - now) <= 0.002;
    await replay(weigh).drive("balance", balance, { clock, tolerance });
  });

  it("shows where the twin answers otherwise, also by a number", async () => {
    const clock = new DiscreteClock();
    const otherwise = changed(dispense, "S26.59", "S26.60").drive("pump", place(clock), { clock });
    await expect(otherwise).rejects.toThrow(
      /the twin of pump answers otherwise(.*\n)+.*recorded {2}< .*00S26\.60.*\n {2}now {7}< .*00S26\.59/,
    );
  });

  it("lets numbers differ as far as the caller says", async () => {
    const clock = new DiscreteClock();
    const tolerance = (recorded: number, now: number) => Math.abs(recorded - now) < 0.02;
    await changed(dispense, "S26.59", "S26.60").drive("pump", place(clock), { clock, tolerance });
  });
});

describe("replay()", () => {
  it("refuses what is no transcript, one of a later version, and Things that are not in it", () => {
    expect(() => replay("{}")).toThrow(/this is no transcript/);
    const later = { ...(JSON.parse(dispense) as Transcript), version: 2 } as unknown as Transcript;
    expect(() => replay(later)).toThrow(/too new/);
    expect(() => replay(dispense).config("balance")).toThrow(/has no balance: it has pump/);
  });
});
