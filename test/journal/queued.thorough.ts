import { join } from "node:path";
import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";
import { memoryInUse } from "../memory.ts";
import { temporaryFolder } from "./fixture.ts";

const slow = defineThing({
  title: "Slow",
  config: Type.Object({}),
  actions: { count: { title: "Count", input: Type.Object({ n: Type.Integer(), delay: Type.Number() }) } },
  open: async () => ({ invoke: { count: () => new Promise<void>(() => {}) } }),
});
const things = 20;

it("an invocation that waits in a queue takes 2 KB at most, beside what is told of it", async () => {
  const catalogue = { names: async () => ["slow"], definition: async () => slow, twin: async () => undefined };
  const names = Array.from({ length: things }, (_, n) => `thing${n}`);
  const text = `stateDirectory: ${JSON.stringify(join(temporaryFolder(), "state"))}\nthings:\n${names.map((name) => `  ${name}: { driver: slow }`).join("\n")}`;
  const config = parseConfig(text, "bench.yaml");
  const gateway = await Gateway.open({ config, catalogue, clock: new DiscreteClock(), mock: true, log: () => {} });
  const queue = async (count: number) => {
    for (const name of names)
      for (let n = 0; n < count; n++)
        gateway.thing(name).invoke("count", { n: 5, delay: 0.2 }, { requestedBy: "ada", requestedFrom: "127.0.0.1" });
    // Written.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await queue(20);
  const before = await memoryInUse();
  await queue(70);
  const after = await memoryInUse();
  const each = (after.objects + after.buffers - before.objects - before.buffers) / (70 * things);
  // What is told of each stands in the ring of events too, which is bounded by itself: some 250 bytes here.
  expect(each).toBeLessThan(2048 + 450);
  await gateway.close({ graceMs: 0 });
});
