import { expect, test } from "vitest";
import { parseConfig } from "../../../src/gateway/config/config.ts";
import { boundFollowers } from "../../../src/gateway/reload/bounds.ts";
import { openReloadable } from "./reloaded.ts";

const bench = (bounds: string) => `${bounds}\nthings:\n  a: { driver: counter }\n`;

test("what is kept goes by the bounds that were read last, with what is kept next", async () => {
  const { gateway, clock, reload, close } = await openReloadable(bench(""));
  const { recordings } = gateway.experiments;
  const run = async (action: string, count: number) => {
    for (let n = 0; n < count; n++) {
      const { ended } = gateway.thing("a").invoke(action, {}, { requestedBy: "ada" });
      await clock.until(ended);
    }
  };
  const record = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const properties = [{ thing: "a", property: "counter" }];
      const { id } = recordings.start({ name: `${n}`, properties, everyMs: 1000, by: "ada" });
      await clock.until(recordings.stop(id, "ada"));
    }
  };
  const kept = async () => ({
    invocations: (await gateway.invocations.list({}, "history")).length,
    blobs: gateway.blobs.extent.count,
    recordings: recordings.list().length,
  });
  await run("make_blob", 4);
  await run("noop", 120);
  await record(4);
  expect(await kept()).toEqual({ invocations: 124, blobs: 4, recordings: 4 });

  const fewer = bench("history: { count: 100 }\nblobs: { count: 2 }\nkeepRecordings: { count: 2 }");
  expect(await reload(fewer)).toMatchObject({
    ...{ kept: ["a"], needsRestart: [] },
    sections: ["history", "blobs", "keepRecordings"],
  });
  const told = gateway.settings().filter(({ path }) => path.endsWith("/count"));
  expect(told.map(({ value, from }) => [value, from])).toEqual([100, 2, 2].map((count) => [count, "file"]));
  expect(await kept()).toMatchObject({ blobs: 4, recordings: 4 });
  await run("make_blob", 2);
  await record(1);
  const { invocations, ...rest } = await kept();
  expect([invocations <= 100, rest]).toEqual([true, { blobs: 2, recordings: 2 }]);

  // And more again: nothing goes that is there.
  await reload(bench(""));
  await run("make_blob", 3);
  await record(2);
  expect(await kept()).toMatchObject({ blobs: 5, recordings: 4 });
  await close();
});

test("blobs are kept for as long as the history that was read last, unless told", async () => {
  const days: number[] = [];
  const nothing = { keepWithin() {} };
  const blobs = { keepWithin: (bounds: { readonly days: number }) => void days.push(bounds.days) };
  const followers = boundFollowers({ journal: nothing, recordings: nothing, blobs, blobFolder: "/var/lib/blobs" });
  for (const text of ["history: { days: 3 }", "history: { days: 3 }\nblobs: { days: 5 }", ""]) {
    const config = parseConfig(`${text}\nthings: {}`, "bench.yaml");
    for (const follower of followers) (await follower.prepare(config, ["history"]))?.take();
  }
  expect(days).toEqual([3, 5, 90]);
});
