import { describe, expect, it } from "vitest";
import { DefinitionError } from "../../src/errors.ts";
import { dialogue, echo, silent } from "./dialogue.ts";

const options = { livenessMs: 5000, replyTimeoutMs: 200, resync: { probe: "?", quietMs: 50 } };

describe("F23: a device that has been silent for long", () => {
  it("is asked whether it is there, and not while it talks", async () => {
    const bench = await dialogue(options);
    await bench.clock.advance(4000);
    bench.say("by the way");
    await bench.clock.advance(4000);
    expect(bench.commands).toEqual([]);
    await bench.clock.advance(1500);
    expect(bench.commands).toEqual(["?"]);
    await bench.clock.advance(5100);
    expect(bench.commands).toEqual(["?", "?"]);
    expect(bench.losses).toEqual([]);
    await bench.connection.close();
    expect(bench.timers()).toBe(0);
  });

  it("is unresponsive when it does not answer, though its port is still there", async () => {
    const bench = await dialogue(options);
    bench.answer(silent);
    await bench.clock.advance(15_000);
    expect(bench.losses.map(String)).toEqual([expect.stringMatching(/pump is unresponsive: it does not answer/)]);
    expect(bench.timers()).toBe(0);
  });

  it("is not given up for one answer that was lost", async () => {
    const bench = await dialogue(options);
    bench.answer(silent);
    await bench.clock.advance(5250);
    bench.answer(echo);
    await bench.clock.advance(3000);
    expect(bench.losses).toEqual([]);
    expect(await bench.clock.until(bench.connection.request("V"))).toBe("<V>");
    await bench.connection.close();
  });

  it("cannot be asked without a question, and its driver is told so", async () => {
    await expect(dialogue({ livenessMs: 1000 })).rejects.toBeInstanceOf(DefinitionError);
  });
});
