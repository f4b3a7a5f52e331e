import { readdirSync } from "node:fs";
import { openBench, type Placed } from "benchd/testing";
import { describe, expect, test } from "vitest";
import type { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import type { AnyContract } from "./contract.ts";
import { raise } from "./raise.ts";

type Things = Readonly<Record<string, Placed>>;

/** The outputs of a Thing that are pins, and what they are at the header when safe. */
function outputsOf({ definition, gpio = {} }: Placed) {
  return Object.entries(gpio).flatMap(([name, { line, activeLow = false }]) => {
    const output = definition.outputs?.[name];
    return output ? [{ name, line, safe: Boolean(output.safe), high: Boolean(output.safe) !== activeLow }] : [];
  });
}

type Output = ReturnType<typeof outputsOf>[number];

/** With every output inverted, or as the contract has it. */
const wired = (placed: Placed, inverted: boolean): Placed => ({
  ...placed,
  gpio: Object.fromEntries(
    Object.entries(placed.gpio ?? {}).map(([name, wiring]) => [
      name,
      placed.definition.outputs?.[name] && inverted ? { ...wiring, activeLow: !wiring.activeLow } : wiring,
    ]),
  ),
});

/** Open a Thing's bench, its pulls against its safe levels unless told; `levels` are all that its outputs have had since. */
async function open(contract: AnyContract, placed: Placed, outputs: readonly Output[], against = true) {
  const levels = new Map<number, boolean[]>(outputs.map(({ line }) => [line, []]));
  let chip: SimulatedGpioChip | undefined;
  const twin: Placed["twin"] = (context) => {
    chip = context.gpio?.chip;
    for (const { line, high } of outputs) {
      chip?.drive(line, high !== against);
      chip?.watchLevel(line, (level) => levels.get(line)?.push(level));
    }
    return placed.twin?.(context) ?? {};
  };
  const bench = await openBench<Things>({ ...contract.things, [contract.thing]: { ...placed, twin } });
  if (!chip) throw expect.unreachable("the twin has no chip");
  return { bench, chip, levels };
}

const names = readdirSync(new URL("contracts", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
let tried = 0;

for (const name of names) {
  const { default: contract } = (await import(`./contracts/${name}.ts`)) as { readonly default: AnyContract };
  const asGiven = contract.things[contract.thing];
  if (!asGiven || outputsOf(asGiven).length === 0) continue;
  tried++;
  describe.each([
    ["as it is wired", false],
    ["with its outputs inverted", true],
  ])(`F47 ${contract.thing}, %s`, (_, inverted) => {
    const placed = wired(asGiven, inverted);
    const outputs = outputsOf(placed);
    const safe = outputs.map(({ high }) => high);

    test("boots with every output at its safe level and no other", async () => {
      const { bench, levels } = await open(contract, placed, outputs);
      expect([...levels.values()]).toEqual(safe.map((high) => [high]));
      await bench.close();
      // Where the pull agrees nothing may be seen at all.
      const agreeing = await open(contract, placed, outputs, false);
      expect([...agreeing.levels.values()]).toEqual(safe.map(() => []));
      await agreeing.bench.close();
    });

    test("is brought to its safe level before its lines are let go", async () => {
      const { bench, levels } = await open(contract, placed, outputs);
      for (const { name } of outputs) await raise(bench, contract, name);
      await bench.close();
      // The last of them is the pull's, which is against us.
      expect([...levels.values()]).toEqual(safe.map((high) => [high, !high, high, !high]));
    });

    test("is made safe by the restart after a kill, whatever was driven before", async () => {
      const { bench, chip } = await open(contract, placed, outputs);
      for (const { name } of outputs) await raise(bench, contract, name);
      chip.killHolders();
      expect(outputs.map(({ line }) => chip.level(line))).toEqual(safe.map((high) => !high));
      const again = await open(contract, placed, outputs);
      expect([...again.levels.values()]).toEqual(safe.map((high) => [high]));
      await again.bench.close();
      await bench.close();
    });
  });
}

test("there are drivers with outputs that are pins", () => {
  expect(tried).toBeGreaterThan(0);
});
