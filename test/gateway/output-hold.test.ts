import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import type { HeldLines, PinWiring } from "../../src/transport/gpio.ts";
import type { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import type { TwinContext } from "../../src/twin/twin.ts";
import { boiler } from "./boiler.ts";
import { relay } from "./relay.ts";

const folder = () => mkdtempSync(join(tmpdir(), "benchd-"));

/** Starts of one bench after another, with somebody who keeps its lines in between, or nobody. */
function starts(contract: OutputContract, keeps = true) {
  const kept = new Map<string, { readonly fd: number; readonly level: boolean }>();
  const stateDirectory = folder();
  let chip: SimulatedGpioChip | undefined;
  let wired: PinWiring = { line: 0 };
  const heldLines: HeldLines = {
    keep(name, fd) {
      if (!keeps) return false;
      chip?.keep(fd);
      kept.set(name, { fd, level: chip?.level(0) ?? false });
      return true;
    },
    take(name) {
      const fd = kept.get(name)?.fd;
      kept.delete(name);
      return fd;
    },
  };
  /** `levels` are all that the line has had since its chip was there, its pull against it. */
  async function start(wiring = wired) {
    wired = wiring;
    const one = relay({ lamp: contract });
    const levels: boolean[] = [];
    const twin = (context: TwinContext) => {
      chip = context.gpio?.chip;
      const [before] = kept.values();
      if (before && chip) {
        // As the process before has left it: driven, and nobody's.
        void chip.openOutput({ line: 0 }, "before", before.level).then((line) => line.release());
        chip.keep(before.fd);
      }
      const on = contract.safe === true ? (wiring.activeLow ?? false) : !(wiring.activeLow ?? false);
      chip?.drive(0, on);
      chip?.watchLevel(0, (level) => levels.push(level));
      return one.twin(context);
    };
    const bench = await openBench(
      { relay: { ...one, twin, gpio: { lamp: wiring } } },
      { stateDirectory, ...(keeps && { heldLines }) },
    );
    return { bench, levels, level: () => chip?.level(0) };
  }
  return { start, kept, stateDirectory };
}

const holds = { safe: false, onStop: "hold", onStart: "hold" } as const;

test.each([[false], [true]])(
  "a pin that holds never changes over a planned stop and the next start, active low: %s",
  async (activeLow) => {
    const { start, kept } = starts(holds);
    const first = await start({ line: 0, activeLow });
    await first.bench.run("relay", "put", { on: true });
    first.levels.length = 0;
    await first.bench.close();
    expect([first.levels, [...kept.keys()]]).toEqual([[], [`relay.lamp-0${activeLow ? "-low" : ""}`]]);
    expect(first.bench.logged.join("\n")).toContain("stays on, as its contract says: relay.lamp");
    const second = await start();
    expect([second.levels, second.level()]).toEqual([[], !activeLow]);
    // It is its Thing's again.
    await second.bench.clock.until(second.bench.gateway.emergencyStop.trip("ada"));
    expect(second.level()).toBe(activeLow);
    await second.bench.close();
  },
);

test("a pin whose contract does not hold any more, or that is wired otherwise, is made safe", async () => {
  const { start, kept } = starts(holds);
  const first = await start();
  await first.bench.run("relay", "put", { on: true });
  await first.bench.close();
  const again = starts({ safe: false, onStart: "safe", onStop: "hold" });
  again.kept.set("relay.lamp-0", { fd: 1000, level: true });
  const changed = await again.start();
  expect([changed.levels, changed.level()]).toEqual([[false], false]);
  await changed.bench.close();
  const [name] = kept.keys();
  expect(name).not.toBe("relay.lamp-0-low");
});

test("where nobody keeps its line a pin goes safe at the stop, and the log says so", async () => {
  const { start } = starts(holds, false);
  const { bench, levels } = await start();
  await bench.run("relay", "put", { on: true });
  levels.length = 0;
  await bench.close();
  // Then its pull has it, which is against it.
  expect(levels).toEqual([false, true]);
  expect(bench.logged.join("\n")).toContain("nobody keeps lamp while benchd is stopped, so it is made safe");
});

test("the time that it was on counts over the stop", async () => {
  const { start } = starts({ ...holds, maxOnMs: 60_000 });
  const first = await start();
  await first.bench.run("relay", "put", { on: true });
  await first.bench.clock.advance(50_000);
  await first.bench.close();
  const second = await start();
  await second.bench.clock.advance(5000);
  expect(second.level()).toBe(true);
  await second.bench.clock.advance(5000);
  expect(second.level()).toBe(false);
  await second.bench.close();
});

test("what is behind a cable stays on over a planned stop, and after a crash it does not", async () => {
  const one = boiler({ onStop: "hold" });
  const stateDirectory = folder();
  const note = join(stateDirectory, "handed-on.json");
  const first = await openBench({ boiler: one }, { stateDirectory });
  await first.write("boiler", "on", true);
  await first.close();
  expect([one.state.on, existsSync(note)]).toEqual([true, true]);
  const handed = readFileSync(note, "utf8");
  const second = await openBench({ boiler: one }, { stateDirectory });
  // The note is good for one start: this one crashes.
  expect([one.state.on, existsSync(note)]).toEqual([true, false]);
  await openBench({ boiler: one }, { stateDirectory });
  expect(one.state.on).toBe(false);
  // A note that cannot be read is none.
  one.state.on = true;
  writeFileSync(note, handed.slice(0, 20));
  const last = await openBench({ boiler: one }, { stateDirectory });
  expect(one.state.on).toBe(false);
  expect(last.logged.join("\n")).toContain("what the last stop has left on is not known");
  await second.close();
});

test("what is off when benchd is stopped is not held by the start after it", async () => {
  const one = boiler({ onStop: "hold" });
  const stateDirectory = folder();
  const first = await openBench({ boiler: one }, { stateDirectory });
  await first.close();
  one.state.on = true;
  await openBench({ boiler: one }, { stateDirectory });
  expect(one.state.on).toBe(false);
});

test("a device that is absent at first changes nothing about what was held, nor about a crash", async () => {
  for (const crashed of [false, true]) {
    const one = boiler({ onStop: "hold", maxOnMs: 60_000 });
    const stateDirectory = folder();
    const first = await openBench({ boiler: one }, { stateDirectory });
    await first.write("boiler", "on", true);
    if (!crashed) await first.close();
    const absent = (context: TwinContext) => {
      const twin = one.twin(context);
      twin.unplug();
      return twin;
    };
    const second = await openBench({ boiler: { ...one, twin: absent } }, { stateDirectory });
    await second.clock.advance(20_000);
    expect([second.thing("boiler").state, one.state.on]).toEqual(["disconnected", true]);
    second.twins.boiler.plug();
    await second.clock.advance(10_000);
    expect([second.thing("boiler").state, one.state.on]).toEqual(["ready", !crashed]);
    // While it was absent it was on.
    await second.clock.advance(25_000);
    expect(one.state.on).toBe(!crashed);
    await second.clock.advance(10_000);
    expect(one.state.on).toBe(false);
    await second.close();
  }
});
