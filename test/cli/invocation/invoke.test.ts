import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startByHeader } from "../../../src/cli/invocation/start-by-header.ts";
import { run } from "../../../src/cli/run.ts";
import { served } from "../served.ts";
import { type TestShell, testShell } from "../shell.ts";

const bench = `
things:
  pump: { driver: syringe-pump, serial: /dev/p, config: { diameter: 26.59, syringeVolume: 60 } }
  counter: { driver: counter }
  stage: { driver: stage, serial: /dev/s }
`;

let at: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  at = await served(bench);
});
afterAll(() => at.close());

const begun = async () => (await at.gateway.invocations.list({})).length;

const command = (shell: TestShell, args: readonly string[]) => run([...args, "--url", at.url], shell);

async function benchd(args: readonly string[], input?: string) {
  const shell = testShell({}, false, undefined, input === undefined ? {} : { input });
  const status = await command(shell, args);
  return { status, printed: shell.printed, told: shell.told.join("\n"), screen: shell.screen, shell };
}

test("an action is invoked with options from its schema; its output is printed, all else is told", async () => {
  const done = await benchd(["invoke", "counter", "slow_count", "--n", "3", "--delay", "0.05 s"]);
  expect(done.printed).toEqual(["3"]);
  expect(done.told).toMatch(/^counted 1 of 3\n.*counted 3 of 3\ncounter\.slow_count is completed after \d+ ms\.$/s);
  expect([done.status, done.shell.listeners]).toEqual([0, 0]);
  expect(done.screen).not.toContain("\x1b");
});

test("--start-by is a time or a duration from now; what it refuses is told", async () => {
  const noop = (time: string) => benchd(["invoke", "counter", "noop", "--start-by", time]);
  expect(startByHeader("1 min", 0)).toEqual({ "start-by": "1970-01-01T00:01:00.000Z" });
  expect(startByHeader("2026-11-20T13:00:00+01:00")).toEqual({ "start-by": "2026-11-20T12:00:00.000Z" });
  const unknown = await noop("30 s");
  expect([unknown.status, unknown.told]).toEqual([75, expect.stringContaining("not known to be right")]);
  const soon = await noop("soon");
  expect([soon.status, soon.told]).toEqual([64, expect.stringContaining("--start-by takes a time")]);
});

test("amounts are told with their units, and the output field by field", async () => {
  const { printed, told, status } = await benchd(["invoke", "pump", "dispense", "--volume", "0.05 mL"]);
  expect([status, printed]).toEqual([0, ["dispensed  0.05 mL"]]);
  expect(told).toContain("\npump has delivered 0.05 mL");
});

test("input comes from JSON, a file, or what is piped in, and options come on top of it", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "benchd-")), "input.json");
  writeFileSync(file, '{"number": 1, "text": "file"}');
  const echoed = (...args: string[]) => benchd(["invoke", "counter", "echo", ...args], '{"number": 3, "text": "pipe"}');
  expect((await echoed("--input", '{"number": 2, "text": "json"}')).printed).toEqual(["number  2", "text    json"]);
  expect((await echoed("--input", `@${file}`, "--number", "-7")).printed).toEqual(["number  -7", "text    file"]);
  expect((await echoed("--input=-", "--input.text=--odd")).printed).toEqual(["number  3", "text    --odd"]);
});

test("fields of any name, and switches, are options too", async () => {
  const { printed, status } = await benchd([
    "invoke",
    "stage",
    "move_relative",
    "--x",
    "-20",
    "--no-block-cancellation",
  ]);
  expect([status, printed]).toEqual([0, []]);
  expect((await benchd(["get", "stage", "position"])).printed).toEqual(["x -20 steps, y 0 steps, z 0 steps"]);
  const list = await benchd(["invoke", "stage", "move_to_xyz_position", "--xyz_pos", "[0, 0, 0]"]);
  expect(list.status).toBe(0);
});

test.each([
  [["pump", "dispense"], "volume is missing"],
  [["pump", "dispense", "--volume", "-1"], "volume must be more than 0 mL"],
  [["pump", "dispense", "--volume", "5 uL"], 'volume is in mL, not in "uL": nobody converts units here'],
  [["pump", "dispense", "--volum", "5"], 'there is no option --volum; did you mean "--volume"?'],
  [["pump", "dispense", "--colour", "5"], "there is no option --colour: there is --volume"],
  [["pump", "dispense", "--volume"], "--volume needs a value"],
  [["pump", "dispense", "--volume", "5", "--volume=6"], "--volume is said twice"],
  [["pump", "dispense", "--volume", "5", "--input.volume", "6"], "--volume is said twice"],
  [["pump", "dispense", "5"], '"5" is one argument too many'],
  [["pump", "dispense", "--input", "[5]"], "--input is no object"],
  [["pump", "dispense", "--input", "{"], "--input is no JSON"],
  [["pump", "dispense", "--input", "@/nowhere"], "/nowhere: there is no such file"],
  [["pump", "dispense", "--volume", "1", "--timeout", "5"], "--timeout: "],
  [["pump", "dispense", "--volume", "1", "--key", 'a"b'], "--key takes"],
  [["pump", "dipsense"], 'there is no action "dipsense"; did you mean "dispense"?'],
  [["pump", "clear_calibration", "--x", "1"], "there is no option --x: the action takes no input"],
  [["stage", "move_relative", "--w", "1"], "there is no option --w"],
  [["stage", "move_to_xyz_position", "--xyz_pos", "[1,2]"], "xyz_pos"],
  [["counter", "slow_count", "--n", "1.5"], "n must be a whole number"],
  [["pump"], "the name of the ACTION is missing"],
  [["--volume", "5", "pump", "dispense"], "--volume stands before the THING and the ACTION"],
])("invoke %j is refused before anything is sent: %s", async (args, words) => {
  const before = await begun();
  const { status, told } = await benchd(["invoke", ...args]);
  expect(told).toContain(words);
  expect([status, await begun()]).toEqual([64, before]);
});

test("an action's help tells what it takes", async () => {
  const { status, printed } = await benchd(["invoke", "pump", "dispense", "--help"]);
  expect(printed.join("\n")).toContain("--volume number, more than 0 mL, required");
  expect(status).toBe(0);
  expect((await benchd(["invoke", "--help"])).printed.join("\n")).toContain("--detach ");
});

test("a failure is told once with its code, and exits with 2", async () => {
  const { status, told, printed } = await benchd(["invoke", "pump", "dispense", "--volume", "500"]);
  expect(told).toMatch(/^pump\.dispense has failed after \d+ ms: 500 mL asked, but .*\(BENCHD_INPUT\)$/);
  expect([status, printed]).toEqual([2, []]);
});

/** Does something as soon as something was said. */
function when(shell: TestShell, said: RegExp, then: () => void) {
  return expect
    .poll(() => shell.screen)
    .toMatch(said)
    .then(then);
}

test("a first Ctrl-C cancels, and its end is waited for", async () => {
  const shell = testShell();
  const [status] = await Promise.all([
    command(shell, ["invoke", "counter", "slow_count", "--n", "500"]),
    when(shell, /counted 1/, () => shell.signal("SIGINT")),
  ]);
  expect(shell.told.join("\n")).toMatch(
    /\nCancelling: waiting until it is safe\..*\n.*slow_count was cancelled after/s,
  );
  expect([status, shell.listeners]).toEqual([3, 0]);
});

test("a second one leaves it running, and says how to look at it and to cancel it", async () => {
  const shell = testShell();
  const [status] = await Promise.all([
    command(shell, ["invoke", "counter", "uncancellable", "--seconds", "3"]),
    when(shell, /^/, async () => {
      await expect.poll(() => shell.listeners).toBeGreaterThan(0);
      shell.signal("SIGINT");
      await when(shell, /Cancelling/, () => {});
      shell.signal("SIGTERM");
    }),
  ]);
  const [, id] = /left running, as ([\w-]+)\./.exec(shell.told.join("\n")) ?? [];
  expect(shell.told.at(-1)).toBe(`  benchd invocations ${id} --url ${at.url}\n  benchd cancel ${id} --url ${at.url}`);
  expect(status).toBe(4);
});

test("--timeout cancels what takes longer, --detach waits for nothing", async () => {
  const late = await benchd(["invoke", "counter", "slow_count", "--n", "500", "--timeout", "200 ms"]);
  expect([late.status, late.told]).toEqual([5, expect.stringContaining("longer than --timeout")]);
  const detached = await benchd(["invoke", "counter", "increment", "--detach"]);
  expect([detached.status, detached.printed]).toEqual([0, [expect.stringMatching(/^[\da-f-]{36}$/)]]);
});

test("under the same key it is done once, whatever has become of the first answer", async () => {
  // What was left running before is over by then.
  await benchd(["invoke", "counter", "noop"]);
  const value = async () => (await benchd(["get", "counter", "counter"])).printed[0];
  const before = Number(await value());
  const args = ["invoke", "counter", "increment", "--by", "5", "--key", "five"];
  const [first, again] = [await benchd(args), await benchd(args)];
  expect([first.status, again.status, Number(await value())]).toEqual([0, 0, before + 5]);
  expect(again.told).toContain("Under this key it was begun before");
});

test("programs are told a JSON document a line, and the end last", async () => {
  const { printed, status, told } = await benchd(["invoke", "counter", "slow_count", "--n", "2", "--json"]);
  const lines = printed.map((line) => JSON.parse(line) as { kind: string });
  expect(lines.filter(({ kind }) => kind === "log")).toMatchObject([
    { level: "info", thing: "counter", message: "counted 1 of 2" },
    { message: "counted 2 of 2" },
  ]);
  expect(lines[0]).toMatchObject({ kind: "status", action: "/counter/slow_count" });
  expect(lines.at(-1)).toMatchObject({ kind: "end", exit: 0, invocation: { status: "completed" } });
  expect([status, told]).toEqual([0, ""]);
});
