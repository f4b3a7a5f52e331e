import { expect, test } from "vitest";
import { memoryInUse } from "../memory.ts";
import { openAsked, replies, soon } from "./asked-bench.ts";

test("ten thousand asks leave nothing behind: neither the requests themselves nor what is done for them", async () => {
  const at = await openAsked({ requests: "[operate]" });
  let answers = 0;
  at.link.publish = async () => void answers++;
  const ask = async (count: number) => {
    const before = answers;
    for (let n = 0; n < count; n++) {
      // The rate that anybody has is not what is looked at here.
      await at.processClock.advance(10);
      at.link.deliver("benchd/bench-3/things/doser/actions/dose/request", {
        payload: "{",
        properties: { responseTopic: replies, userProperties: { "idempotency-key": "a", "start-by": soon() } },
      });
      at.link.deliver("benchd/bench-3/things/doser/actions/release/cancel", {
        payload: JSON.stringify({ id: crypto.randomUUID() }),
        properties: { responseTopic: replies },
      });
      if (n % 30 === 0) await at.settle(() => answers >= before + 2 * n);
    }
    await at.settle(() => answers >= before + 2 * count);
    expect(answers - before).toBe(2 * count);
  };
  await ask(1000);
  const before = await memoryInUse();
  await ask(5000);
  const after = await memoryInUse();
  expect((after.objects - before.objects) / 10_000).toBeLessThan(100);
});

test("many large requests at a time: what there is no room for is refused, and nothing is torn down", async () => {
  const at = await openAsked({ requests: "[operate]" });
  const payload = JSON.stringify({ mL: 5, more: "x".repeat(100_000) });
  for (let n = 0; n < 300; n++) at.ask("dose", { payload });
  const all = await at.answered(300);
  expect([...new Set(all.map(({ status }) => status))].toSorted()).toEqual([422, 429]);
  at.ask("dose");
  expect((await at.answered(301)).at(-1)).toMatchObject({ status: 201 });
});
