import { readFile } from "node:fs/promises";
import { tdAssertions } from "@thing-description-playground/assertions";
import { expect, test } from "vitest";
import { names, openWotBench } from "../bench.ts";
import { talkOfDescriptions } from "../dialogue/descriptions.ts";
import { Talk } from "../dialogue/talk.ts";

/** It looks for the schema where it would be if it were not shared with others. */
const load = (path: string) => (path.endsWith("td-schema.json") ? Promise.resolve("{}") : readFile(path, "utf8"));

const judged = (td: object) => tdAssertions([JSON.stringify(td)], load, () => {}, []);

test("the playground finds no assertion of the TD specification that fails, in the description of any Thing", async () => {
  const bench = await openWotBench();
  const things = await talkOfDescriptions(new Talk(bench));
  expect(things).toHaveLength(names.length);
  for (const { thing, td } of things) {
    const results = await judged(td);
    const failed = results.filter(({ Status }) => Status === "fail");
    expect([thing, failed]).toEqual([thing, []]);
    expect(results.filter(({ Status }) => Status === "pass").length).toBeGreaterThan(30);
  }
  await bench.close();
});
