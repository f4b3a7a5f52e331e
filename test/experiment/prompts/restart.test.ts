import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBench } from "../../../src/testing/open-bench.ts";
import { asker } from "./asker.ts";

const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), "benchd-prompts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
};
const openIn = async (stateDirectory: string) => {
  const bench = await openBench({ asker: { definition: asker } }, { stateDirectory });
  onTestFinished(() => bench.close());
  return bench;
};

test("a kill takes what is asked along: what asked is interrupted, and says in its log what it had asked", async () => {
  const folder = temporary();
  const before = await openIn(folder);
  const invocation = before.start("asker", "weigh");
  await before.clock.advance(0);
  const [prompt] = before.gateway.experiments.prompts.all;
  await before.gateway.acknowledged(invocation);
  const left = temporary();
  cpSync(folder, left, { recursive: true });

  const after = await openIn(left);
  const { prompts } = after.gateway.experiments;
  expect(prompts.all).toEqual([]);
  expect(() => prompts.answer(prompt?.id ?? "", 1, "ada")).toThrow(/^there is no prompt .*with the process that asked/);
  const found = await after.gateway.invocations.find(invocation.id, "history");
  expect([found?.status, found?.waitingFor, found?.error?.name]).toEqual(["error", null, "InterruptedError"]);
  expect(found?.log.entries().map(({ message }) => message)).toContain("asks: How much is it?");
});
