import { describe, expect, it } from "vitest";
import { FencedError } from "../../src/errors.ts";
import type { LinesSeen } from "../../src/transport/memory-modem.ts";
import { dialogue, outcome, TestWork } from "./dialogue.ts";

async function lines() {
  const bench = await dialogue();
  const seen: (LinesSeen & { readonly at: number })[] = [];
  bench.link.device.onLines((said) => seen.push({ ...said, at: bench.clock.now() }));
  const { modem } = bench.connection;
  if (!modem) throw new Error("a cable in memory has modem lines");
  return { ...bench, modem, seen };
}

describe("the lines beside the data", () => {
  it("are seen from both ends", async () => {
    const { link, modem, seen } = await lines();
    expect(await modem.read()).toEqual({ cts: true, dsr: true, dcd: true });
    link.device.setLines({ cts: false });
    expect(await modem.read()).toEqual({ cts: false, dsr: true, dcd: true });
    await modem.set({ dtr: false });
    await modem.set({ rts: false });
    expect(seen).toEqual([
      { dtr: false, rts: true, break: false, at: 0 },
      { dtr: false, rts: false, break: false, at: 0 },
    ]);
  });

  it("hold a break for its time", async () => {
    const { clock, modem, seen } = await lines();
    await clock.until(modem.sendBreak(250));
    expect(seen.map(({ break: held, at }) => [held, at])).toEqual([
      [true, 0],
      [false, 250],
    ]);
  });

  it("are let go of by a break that is cancelled, and out of reach for work that is fenced", async () => {
    const { clock, modem, seen } = await lines();
    const work = new TestWork(clock);
    const broken = outcome(work.run(() => modem.sendBreak(5000)));
    await clock.advance(100);
    work.cancel();
    expect(await broken).toBe("InvocationCancelledError");
    expect(seen.at(-1)).toMatchObject({ break: false, at: 100 });
    work.fence();
    for (const call of [() => modem.set({ dtr: false }), () => modem.sendBreak(1)])
      await expect(work.run(call)).rejects.toBeInstanceOf(FencedError);
    expect(seen).toHaveLength(2);
  });
});
