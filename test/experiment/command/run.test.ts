import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { testShell } from "../../cli/shell.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-run-"));
  await writeFile(
    join(folder, "benchd.yaml"),
    "things:\n  relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } }\n",
  );
});
afterEach(() => rm(folder, { recursive: true }));

/** Run these steps on a simulated bench of relays; what is asked is answered with these lines. */
async function perform(
  steps: string,
  { args = [], lines = [], shell }: { args?: string[]; lines?: string[]; shell?: ReturnType<typeof testShell> } = {},
) {
  const file = join(folder, "trial.yaml");
  await writeFile(file, `title: Trial\nsteps:\n${steps}`);
  const asked: string[] = [];
  const typing = testShell({}, true, async (question) => {
    asked.push(question);
    return lines.shift();
  });
  const used = shell ?? typing;
  const mock = ["--mock", "--config", join(folder, "benchd.yaml"), "--state", join(folder, "state"), "--out", folder];
  const status = await run(["run", file, ...mock, ...args], used);
  return { status, asked, printed: used.printed.join("\n"), told: used.told.join("\n"), file };
}

const fast = ["--time-scale", "10000"];

test("a procedure is run on a simulated bench, its questions are put in the terminal, and it says how it ended", async () => {
  const question = "  - ask: How warm is it?\n    schema: { type: number, maximum: 40, unit: Cel }\n    as: warm\n";
  const steps = `${question}  - set: relays.lamp\n    to: true\n  - wait: 10 min\n  - ask: It is $warm\n`;
  const { status, asked, printed } = await perform(steps, { args: fast, lines: ["50", "21,5", ""] });
  expect(status).toBe(0);
  expect(asked).toEqual([
    expect.stringContaining("How warm is it?\n  [number, in Cel, to 40] "),
    expect.stringContaining("40"),
    "? It is 21.5\n  [Enter when it is done] ",
  ]);
  expect(printed).toMatch(/^run \S+ on http:\/\/127\.0\.0\.1:\d+\n/);
  expect(printed).toMatch(/\n {2}line 3 {3}ask: How warm is it\?\n/);
  expect(printed).toMatch(/\nrun \S+ is completed$/);
});

test("what fails is told with file, line and step, and the exit says so", async () => {
  const { status, printed } = await perform("  - waitUntil: relays.lamp == true\n    timeout: 1 min", { args: fast });
  expect(status).toBe(1);
  expect(printed).toMatch(
    /run \S+ has failed: .*trial\.yaml:3: steps\[0\], wait until relays\.lamp == true: .* did not come true within 60 s/,
  );
});

test("what does not fit the bench begins nothing, and is told with its place", async () => {
  const { status, printed, told, file } = await perform("  - set: relays.lump\n    to: true");
  expect([status, printed]).toEqual([1, ""]);
  expect(told).toContain(`${file}:3:10 steps[0]: relays has no property "lump"; did you mean "lamp"?`);
});

test("a dry run tells when each step begins and what forbids it, and runs nothing", async () => {
  const fine = await perform("  - set: relays.lamp\n    to: true\n  - wait: 2 h\n  - wait: 10 s", {
    args: ["--dry-run"],
  });
  expect(fine.status).toBe(0);
  expect(fine.printed).toContain("can be run on this bench: it takes about 2 h");
  expect(fine.printed).toContain("  2:00:00  line 6    steps[2]: 10 s");
  const wrong = await perform("  - waitUntil: relays.lamp == true\n    timeout: 1 min", { args: ["--dry-run"] });
  expect(wrong.status).toBe(1);
  expect(wrong.printed).toMatch(/cannot be run on this bench:\n {2}\S*trial\.yaml:3:5 steps\[0\]: .*did not come true/);
});

test("on the simulated bench nothing begins by itself", async () => {
  const bench =
    "things:\n  counter: { driver: counter }\nschedules:\n  count: { every: 1 min, invoke: counter.increment }\n";
  await writeFile(join(folder, "benchd.yaml"), bench);
  const steps = "  - wait: 1 h\n  - waitUntil: counter.counter == 0\n    timeout: 5 s";
  expect((await perform(steps, { args: fast })).printed).toMatch(/is completed$/);
});

test("Ctrl+C cancels the run and waits for its end; the exit says that it was not completed", async () => {
  const shell = testShell({}, true);
  const ended = perform("  - set: relays.lamp\n    to: true\n  - wait: 10 h", { shell });
  await expect.poll(() => shell.printed.join("\n")).toContain("wait 10 h");
  shell.signal("SIGINT");
  const { status, printed } = await ended;
  expect(status).toBe(1);
  expect(printed).toMatch(/run \S+ is cancelled/);
  expect(shell.listeners).toBe(0);
});

test.each([
  [["--time-scale", "60"], "--time-scale is for --mock"],
  [["--mock", "--url", "http://127.0.0.1:1"], "--url is for a gateway that runs already"],
  [["--set", "limit"], "--set takes NAME=VALUE"],
])("a command line that makes no sense is refused: %o", async (args, why) => {
  const shell = testShell();
  await writeFile(join(folder, "trial.yaml"), "title: Trial\nsteps:\n  - wait: 1 s");
  expect(await run(["run", join(folder, "trial.yaml"), ...args], shell)).toBe(64);
  expect(shell.told.join("\n")).toContain(why);
});

test("a file that is not there, or larger than a procedure can be, is told", async () => {
  const shell = testShell();
  expect(await run(["run", join(folder, "titration.yaml"), "--mock"], shell)).toBe(64);
  await writeFile(join(folder, "large.yaml"), " ".repeat(300_000));
  expect(await run(["run", join(folder, "large.yaml"), "--mock"], shell)).toBe(64);
  expect(shell.told.join("\n")).toMatch(/there is no such file[\s\S]*larger than 256 KiB/);
});
