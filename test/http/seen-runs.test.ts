import { expect, test } from "vitest";
import { seenRuns } from "../../src/http/access/seen-run.ts";
import { Sight } from "../../src/http/access/sight.ts";
import type { InvocationFilter } from "../../src/invocation/journal.ts";

test("whoever may see none of many runs keeps nobody waiting while they are looked through", async () => {
  const input = { things: ["hidden"] };
  const all = Array.from({ length: 1000 }, (_, seq) => ({ seq: seq + 1, thing: "gateway", action: "run", input }));
  let turns = 0;
  const list = async ({ before = all.length + 1, limit = 0 }: InvocationFilter) => {
    setImmediate(() => turns++);
    return all.slice(Math.max(0, before - 1 - limit), before - 1);
  };
  const sight = new Sight({ things: new Map(), revision: 0 }, new Set(["counter"]));
  expect(await seenRuns({ invocations: { list } } as never, sight, { limit: 10 })).toEqual([]);
  expect(turns).toBeGreaterThanOrEqual(9);
});
