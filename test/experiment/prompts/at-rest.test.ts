import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DefinitionError, DeviceFaultError } from "../../../src/errors.ts";
import { AtRestError } from "../../../src/experiment-errors.ts";
import { describeThing } from "../../../src/testing/describe-thing.ts";
import { openBench } from "../../../src/testing/open-bench.ts";
import { ruleProblems } from "../../../src/thing/definition-rules.ts";
import { relay } from "../../gateway/relay.ts";
import { baker, device, oven, wired } from "./oven.ts";

const place = () => openBench({ oven: wired, baker: { definition: baker, uses: { oven: "oven" } } });
let bench: Awaited<ReturnType<typeof place>>;
beforeEach(async () => {
  device.safe = () => undefined;
  bench = await place();
  device.told.length = 0;
});
afterEach(() => bench.close());

const open = () => bench.gateway.experiments.prompts.all;
const answer = () => bench.gateway.experiments.prompts.answer(open()[0]?.id ?? "", null, "ada");
const levels = async () => [...bench.twins.oven.levels, await bench.read("oven", "speed")];

async function asking(action: string, thing: "oven" | "baker" = "oven") {
  const invocation = bench.start(thing, action);
  await bench.clock.advance(0);
  expect([action, open().length, invocation.waitingFor]).toEqual([action, 1, "operator"]);
  return invocation;
}

describe("while somebody is asked", () => {
  it("outputs are at their safe values, and nothing but the action brings them back", async () => {
    const invocation = await asking("bake");
    expect(await levels()).toEqual([false, false, 0]);
    expect(device.told).toEqual([[]]);
    await bench.clock.advance(60_000);
    answer();
    await bench.clock.advance(999);
    expect(await levels()).toEqual([false, false, 0]);
    await bench.clock.advance(1);
    expect(await levels()).toEqual([false, true, 0]);
    await bench.ended(invocation);
    expect(invocation.status).toBe("completed");
  });

  it("they are where the action wants them, and those to be kept are as they were", async () => {
    await asking("glow");
    expect(await levels()).toEqual([true, false, 60]);
    expect(device.told).toEqual([["lamp", "stirrer"]]);
    answer();
  });

  it("a level that an action wants is no reason to leave what is safe", async () => {
    await asking("cold");
    expect(await levels()).toEqual([false, false, 0]);
    answer();
  });

  it("nor to raise what is on less than that, then or later", async () => {
    await asking("slow");
    expect(await levels()).toEqual([false, false, 30]);
    await expect(bench.write("oven", "speed", 60)).rejects.toThrow(AtRestError);
    expect(await levels()).toEqual([false, false, 30]);
    answer();
  });

  it("what is held in a slot is at rest, too", async () => {
    for (const [action, expected] of [
      ["ask", [false, false, 0]],
      ["kept", [true, false, 30]],
    ] as const) {
      await bench.write("oven", "speed", 100);
      const lit = await asking("look");
      answer();
      await bench.ended(lit);
      expect(await levels()).toEqual([true, false, 0]);
      await bench.write("oven", "speed", 100);
      const invocation = await asking(action, "baker");
      expect([action, await levels()]).toEqual([action, expected]);
      answer();
      await bench.ended(invocation);
    }
  });

  it("a step that asks goes before what has called it, which speaks where the step says nothing", async () => {
    const invocation = await asking("bake", "baker");
    // The step keeps the lamp and wants 60; its caller would have 30, and keeps the heater.
    expect(await levels()).toEqual([true, true, 60]);
    expect(open()[0]).toMatchObject({ thing: "oven", action: "glow", things: ["baker"] });
    answer();
    await bench.ended(invocation);
  });

  it("Things that it does not hold are none of its business", async () => {
    const lit = await asking("look");
    answer();
    await bench.ended(lit);
    for (const [action, thing] of [
      ["aside", "baker"],
      ["beside", "oven"],
    ] as const) {
      const invocation = await asking(action, thing);
      expect((await levels())[0]).toBe(true);
      answer();
      await bench.ended(invocation);
    }
  });
});

describe("what is at rest stays so", () => {
  it("when somebody else would raise it, who may still bring it to safe", async () => {
    const invocation = await asking("glow");
    expect(await bench.read("oven", "speed")).toBe(60);
    await expect(bench.write("oven", "speed", 300)).rejects.toThrow(AtRestError);
    await expect(bench.write("oven", "speed", 300)).rejects.toThrow(/^oven\.stirrer stays at rest while oven\/glow/);
    expect(await bench.read("oven", "speed")).toBe(60);
    await bench.write("oven", "speed", 0);
    await bench.write("oven", "speed", 60);
    answer();
    await bench.ended(invocation);
    await bench.write("oven", "speed", 300);
    expect(await bench.read("oven", "speed")).toBe(300);
  });

  it("when somebody would raise it by a property that has no level, and may switch it off by null", async () => {
    const invocation = await asking("bake");
    await expect(bench.write("oven", "target", 80)).rejects.toThrow(AtRestError);
    await bench.write("oven", "target", null);
    expect(bench.twins.oven.levels).toEqual([false, false]);
    answer();
    await bench.ended(invocation);
  });

  it("when the action itself would raise it beside its question, to its idle level even, and fails", async () => {
    const invocation = await asking("relapse");
    await bench.ended(invocation);
    expect(invocation.error).toBeInstanceOf(AtRestError);
    expect([bench.twins.oven.levels, open()]).toEqual([[false, false], []]);
  });

  it("until the last of its questions is answered", async () => {
    const invocation = bench.start("oven", "both");
    await bench.clock.advance(0);
    expect(open().length).toBe(2);
    answer();
    await expect(bench.write("oven", "speed", 1)).rejects.toThrow(AtRestError);
    answer();
    await bench.clock.advance(0);
    await bench.write("oven", "speed", 1);
    await bench.ended(invocation);
  });

  it("until what asks is cancelled", async () => {
    const invocation = await asking("bake");
    await bench.cancel(invocation);
    await bench.ended(invocation);
    await bench.write("oven", "speed", 1);
    expect(await bench.read("oven", "speed")).toBe(1);
  });

  it("until a Thing is lost that what asks holds", async () => {
    const invocation = await asking("ask", "baker");
    bench.gateway.thing("oven").fail(new DeviceFaultError("its fuse has blown"));
    await bench.ended(invocation);
    expect([invocation.status, invocation.error?.message, open()]).toEqual(["error", "its fuse has blown", []]);
  });

  it("but an emergency stop brings it where it has to be", async () => {
    await asking("bake");
    bench.gateway.emergencyStop.trip("ada");
    await bench.clock.advance(100);
    expect(bench.twins.oven.levels).toEqual([true, false]);
  });
});

describe("nobody is asked before all is at rest", () => {
  it("and when that is not confirmed the action fails without having asked", async () => {
    device.safe = () => new Promise(() => {});
    const invocation = bench.start("oven", "bake");
    await bench.clock.advance(1000);
    expect([open(), invocation.waitingFor]).toEqual([[], null]);
    await bench.ended(invocation);
    expect(invocation.error).toBeInstanceOf(DeviceFaultError);
    expect(invocation.error?.message).toMatch(/^the outputs of oven have not come to rest: no answer within 2 s/);
    expect(open()).toEqual([]);
    expect(bench.twins.oven.levels).toEqual([false, false]);
  });

  it("and what can cut the output off does", async () => {
    const cutter = relay({ power: { safe: false } }, 10);
    const cuttable = { ...wired, outputs: { stirrer: { cutBy: "cutter.power" } } };
    const other = await openBench({ oven: cuttable, cutter });
    await other.run("cutter", "put", { on: true });
    expect(other.twins.cutter.level("power")).toBe(true);
    device.safe = () => new Promise(() => {});
    await other.run("oven", "bake");
    await other.clock.advance(0);
    expect(other.twins.cutter.level("power")).toBe(false);
    await other.close();
  });

  it("and a cancel meanwhile leaves nothing at rest", async () => {
    let confirm = () => {};
    device.safe = () => new Promise<void>((resolve) => (confirm = resolve));
    const invocation = bench.start("oven", "bake");
    await bench.clock.advance(500);
    await bench.cancel(invocation);
    await bench.ended(invocation);
    expect([invocation.status, open()]).toEqual(["cancelled", []]);
    confirm();
    device.safe = () => undefined;
    await bench.clock.advance(0);
    await bench.write("oven", "speed", 1);
    expect(await bench.read("oven", "speed")).toBe(1);
  });

  it("and what can be brought to no other level is told by who asks", async () => {
    const invocation = await bench.run("oven", "impossible");
    expect(invocation.error).toBeInstanceOf(DefinitionError);
    expect(invocation.error?.message).toContain("hidden of oven is no pin, and no property drives it");
  });
});

describe("a definition", () => {
  const problems = (idle: object, reserves: readonly string[] = []) => [
    ...ruleProblems({ ...baker, outputs: { fan: { safe: 0 } }, actions: { ask: { title: "Ask", idle, reserves } } }),
  ];

  it("names only outputs that the action holds, at levels that they can have", () => {
    expect(problems({ fan: 3, "oven.lamp": true, "oven.heat": "keep" }, ["oven"])).toEqual([]);
    expect(problems({ fun: 3 })).toEqual([expect.stringMatching(/idle names fun, which is none.*did you mean "?fan/)]);
    expect(problems({ "oven.lamp": true })).toEqual([
      expect.stringContaining("none of the outputs that it holds (fan)"),
    ]);
    expect(problems({ fan: true })).toEqual([expect.stringContaining("idle of fan is true, and its safe value 0")]);
  });

  it("tells of it in the Thing Description", async () => {
    const { describeThing } = await import("../../../src/thing/description.ts");
    const { actions } = describeThing(oven);
    expect([actions["glow"]?.["benchd:idle"], actions["bake"]]).toEqual([
      { lamp: "keep", stirrer: 60 },
      expect.not.objectContaining({ "benchd:idle": expect.anything() }),
    ]);
  });
});

describe("the contract of drivers", () => {
  it("holds for one that asks, with somebody who answers", async () => {
    const asked: string[] = [];
    const answer = ({ message }: { readonly message: string }) => void asked.push(message);
    const tests: (() => Promise<void>)[] = [];
    const contract = {
      thing: "baker",
      things: { oven: wired, baker: { definition: baker, uses: { oven: "oven" } } },
    } as const;
    describeThing({ ...contract, answer }, (_, run) => tests.push(run));
    for (const run of tests) await run();
    expect(asked.length).toBeGreaterThan(tests.length);
  });
});
