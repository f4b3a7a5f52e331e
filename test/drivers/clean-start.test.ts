import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openGateway } from "../gateway/fixture.ts";

test("the demonstration bench opens without a warning", async () => {
  const { gateway, clock, logged } = await openGateway(
    await readFile(new URL("../../examples/bench.yaml", import.meta.url), "utf8"),
  );
  await clock.advance(10_000);
  expect([...gateway.things.values()].filter(({ state }) => state !== "ready").map(({ name }) => name)).toEqual([]);
  expect(logged.filter((line) => /^(warning|error)/.test(line))).toEqual([]);
  await clock.until(gateway.close());
});
