import assert from "node:assert/strict";
import { until } from "../../time.ts";
import type { Checks } from "../gpio/checks.ts";
import { allReady, type Outputs } from "./bench.ts";
import { post, run, runs, url } from "./unit.ts";

type Entry = Readonly<Partial<Record<string, string>>>;

/** What journald has by these fields. */
async function entries(...matches: readonly string[]): Promise<readonly Entry[]> {
  const told = await run("journalctl", "--unit=benchd", "--output=json", "--no-pager", ...matches);
  return told
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}

/** Whether the sandbox lets entries with fields to the journal, and what is found there by them. */
export async function checkJournalFields({ check }: Pick<Checks, "check">, _: Outputs): Promise<void> {
  await check("the end of an invocation is found in the journal by its id, its Thing and its action", async () => {
    await runs();
    await allReady();
    const asked = await post("ftdi/dispense", { volume: 5 });
    const { id } = (await asked.json()) as { readonly id: string };
    await fetch(`${url}/action_invocations/${id}`, { method: "DELETE" });
    const found = await until("it is there", async () => (await entries(`BENCHD_INVOCATION=${id}`))[0], {
      withinMs: 60_000,
    });
    const { BENCHD_THING, BENCHD_ACTION, BENCHD_CODE, PRIORITY, SYSLOG_IDENTIFIER, _TRANSPORT, ...more } = found.found;
    assert.deepEqual(
      [BENCHD_THING, BENCHD_ACTION, PRIORITY, SYSLOG_IDENTIFIER, _TRANSPORT],
      [...["ftdi", "dispense", "6", "benchd", "journal"]],
    );
    assert.match(BENCHD_CODE ?? "", /^BENCHD_/);
    assert.match(more["MESSAGE"] ?? "", new RegExp(`^ftdi/dispense \\(${id}\\)`));
    assert.equal((JSON.parse(more["BENCHD_ENTRY"] ?? "") as { invocation: string }).invocation, id);
    const others = (await entries("BENCHD_THING=ftdi")).map((entry) => entry["BENCHD_THING"]);
    assert.deepEqual([...new Set(others)], ["ftdi"]);
  });
}
