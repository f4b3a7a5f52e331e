import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ends } from "./client.ts";
import { bench, benchd, listening, project, type Running } from "./installed.ts";

/** Real processes, of which one runs for ten seconds. */

const procedure = join(project, "examples/runs/titration.yaml");
const configuration = join(project, "examples/bench.yaml");

/** The example at 60 times speed, in a folder of its own. */
function started(...more: readonly string[]) {
  const folder = mkdtempSync(join(bench, "run-"));
  const state = join(folder, "state");
  const mock = ["--mock", "--time-scale", "60", "--config", configuration, "--state", state, "--out", folder];
  return { folder, state, process: benchd("run", procedure, ...mock, "--yes", ...more) };
}

/** Resolves with all lines up to the first that fits. */
async function untilSaid({ lines, ended, complaints }: Running, wanted: RegExp): Promise<readonly string[]> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (wanted.test(line)) resolve([...said]);
    });
    void ended.then((status) => reject(new Error(`it ended with ${status}: ${[...said, complaints()].join("\n")}`)));
  });
}

const idIn = (lines: readonly string[]) =>
  /^run (\S+) on/.exec(lines.find((line) => line.startsWith("run ")) ?? "")?.[1];

/** What is looked at of an answer. */
interface Told {
  readonly positions: readonly { readonly path: string; readonly round: { readonly n: number } }[];
  readonly recordings: readonly { readonly id: string }[];
  readonly delivery: readonly { readonly confirmed: number }[];
}

/** The simulated bench, on what the other process has left. */
async function served(folder: string, state: string) {
  const file = join(folder, "benchd.yaml");
  writeFileSync(file, `stateDirectory: ${state}\n${readFileSync(configuration, "utf8")}`);
  const running = benchd("serve", "--mock", "--port", "0", "--config", file);
  const url = await listening(running);
  const ask = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as Told;
  return { ask, end: () => ends(running) };
}

/** Rows of a recording, without what is told of it before. */
function rowsOf(csv: string) {
  const [head = "", ...rows] = csv.split("\n").filter((line) => !line.startsWith("#") && line !== "");
  const names = head.split(",");
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, n) => [names[n] ?? `${n} too many`, cell])));
}

/** Of a row as it is written here: a quoted cell has no quote in it. */
const cells = (row: string) =>
  [...row.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))/g)].map(([, q, plain]) => q ?? plain ?? "");

test("killed in the middle of the titration, it is on file as interrupted with what was confirmed, and its CSV is whole and says so", async () => {
  const { folder, state, process: running } = started();
  const said = await untilSaid(running, /\(round 1[5-9] /);
  running.child.kill("SIGKILL");
  await running.ended;
  expect(readdirSync(folder).filter((name) => name.endsWith(".csv"))).toEqual([]);

  const { ask, end } = await served(folder, state);
  const run = await ask(`/gateway/runs/${idIn(said)}`);
  expect(run).toMatchObject({
    state: "error",
    outcome: "unknown",
    error: { type: "urn:benchd:error:BENCHD_INTERRUPTED" },
    recordings: [{ name: "titration" }],
  });
  const [position] = run.positions;
  expect(position?.path).toMatch(/^steps\[7\]\.repeat\[[01]\]$/);
  expect(position?.round.n).toBeGreaterThanOrEqual(10);

  const invocation = await ask(`/action_invocations/${idIn(said)}`);
  const [dosed] = invocation.delivery;
  expect(dosed).toMatchObject({ thing: "pump", unit: "mL" });
  // 0.5 mL to prime, then 0.25 mL a round; amounts are written once a second, in which three rounds may pass.
  expect(dosed?.confirmed).toBeGreaterThan(0.5 + 0.25 * 10);
  expect(dosed?.confirmed).toBeLessThan(0.5 + 0.25 * 20);

  const [{ id: recording } = { id: "" }] = run.recordings;
  const csv = readFileSync(join(state, "recordings", `${recording}.csv`), "utf8");
  expect(csv.endsWith("\n")).toBe(true);
  const rows = rowsOf(csv);
  const width = Object.keys(rows[0] ?? {}).length;
  expect(rows.every((row) => Object.keys(row).length === width)).toBe(true);
  const last = rows.pop();
  expect(last?.["gap"]).toMatch(/^the recording ends here: benchd was killed or has lost its power/);
  expect(last?.["ph.ph [pH]"]).toBe("");
  // Rows are on disk after 5 s at the latest: what had been recorded by then, on a machine that may have other things to do.
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.every((row) => /^\d{4}-\d\d-\d\dT/.test(row["time"] ?? ""))).toBe(true);
  // Nothing goes on by itself.
  expect(await ask("/pump/state")).toBe("stopped");
  expect(await end()).toBe(0);
});

test("a dry run of it from the command line computes in a thread, and refuses with file, line and step", async () => {
  const fine = started("--dry-run").process;
  const said: string[] = [];
  fine.lines.on("line", (line) => said.push(line));
  expect(await fine.ended, fine.complaints()).toBe(0);
  expect(said[0]).toMatch(/titration\.yaml can be run on this bench: it takes about \d+ min/);
  const wrong = started("--dry-run", "--set", "limit=13.9").process;
  const told: string[] = [];
  wrong.lines.on("line", (line) => told.push(line));
  expect(await wrong.ended).toBe(1);
  expect(told.join("\n")).toMatch(/titration\.yaml:\d+:\d+ steps\[7\]: .*ph\.ph >= 13\.9/);
});
