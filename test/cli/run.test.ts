import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

/** The exit status of a command line, and what it said. */
async function outcome(...argv: readonly string[]) {
  const shell = testShell();
  const status = await run(argv, shell);
  return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n") };
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "benchd-")), "benchd.yaml");
  writeFileSync(path, text);
  return path;
}

test.each([["--help"], ["-h"], ["help"]])("benchd %s shows every command", async (flag) => {
  const { status, printed, told } = await outcome(flag);
  expect(status).toBe(0);
  for (const command of ["serve", "check", "add", "ports", "simulate", "completion"])
    expect(printed).toMatch(new RegExp(`^  ${command} `, "m"));
  expect(told).toBe("");
});

test("benchd alone shows its commands too, but has not done anything", async () => {
  const { status, printed } = await outcome();
  expect(status).toBe(64);
  expect(printed).toMatch(/^ {2}serve /m);
});

test.each([
  ["serve", "--help"],
  ["help", "serve"],
])("benchd %s %s shows the options", async (...argv) => {
  const { status, printed } = await outcome(...argv);
  expect(status).toBe(0);
  expect(printed).toContain("Usage: benchd serve [--config FILE]");
  expect(printed).toContain("--time-scale N");
});

test("benchd --version tells the version of the package", async () => {
  const { status, printed } = await outcome("--version");
  expect(status).toBe(0);
  expect(printed).toMatch(/^\d+\.\d+\.\d+/);
});

test.each([
  [["srve"], 'there is no command "srve"; did you mean "serve"?'],
  [["help", "srve"], 'there is no command "srve"'],
  [["constructor"], 'there is no command "constructor"'],
  [["serve", "--prot", "80"], 'there is no option --prot; did you mean "--port"?'],
  [["serve", "-x"], "there is no option -x"],
  [["serve", "-p", "80"], "there is no option -p"],
  [["serve", "--port"], "--port needs a value"],
  [["serve", "--port", "-5"], "--port needs a value"],
  [["serve", "--mock=yes"], "--mock takes no value"],
  [["serve", "--port", "8o"], '--port takes a whole number from 0 to 65535, not "8o"'],
  [["serve", "--port", "1.5"], "--port takes a whole number"],
  [["serve", "--port=70000"], "--port takes a whole number"],
  [["serve", "benchd.yaml"], '"benchd.yaml" is one argument too many'],
  [["serve", "--time-scale", "10"], "--time-scale is for --mock: real devices have their own time"],
  [["serve", "--mock", "--time-scale", "0"], "--time-scale takes a number from 1 to 10000"],
  [["serve", "--mock", "--time-scale", "10001"], "--time-scale takes a number from 1 to 10000"],
  [["check"], "the configuration FILE is missing"],
  [["check", "a", "b"], '"b" is one argument too many'],
  [["simulate", "counter"], "--pty"],
])("benchd %j is a wrong command line: %s", async (argv, words) => {
  const { status, printed, told } = await outcome(...argv);
  expect(told).toContain(words);
  expect(status).toBe(64);
  expect(printed).toBe("");
});

test("check tells what it found when the configuration is right", async () => {
  const path = file("things: { counter: { driver: counter }, other: { driver: counter } }");
  const { status, printed, told } = await outcome("check", path);
  expect(told).toBe("");
  expect(printed).toBe(
    `${path}: ok, 2 Things, to be served on 127.0.0.1 port 5000\n  counter (counter)\n  other (counter)`,
  );
  expect(status).toBe(0);
});

test("check warns of pins that are seldom meant, and exits with 0 all the same", async () => {
  const pins = "pump_power: 17, vent: { line: 5, activeLow: true }, lamp: 14";
  const path = file(`things: { relays: { driver: relays, gpio: { ${pins} } } }`);
  const { status, printed, told } = await outcome("check", path);
  expect(printed).toMatch(/^warning: .*:1:67: relays\.vent is safe when GPIO5 is low.*gpio=5=op,dl to config\.txt/m);
  expect(printed).toMatch(/^warning: .*GPIO14 and GPIO15 are the serial port/m);
  expect([status, told]).toEqual([0, ""]);
});

test("check warns where others than this machine may run the instruments without a token", async () => {
  const path = file("listen: { host: 0.0.0.0 }\naccess: { auth: none }\nthings: {}");
  const { status, printed } = await outcome("check", path);
  expect([status, printed]).toEqual([
    0,
    expect.stringMatching(/^warning: no token is asked of anybody .* 0\.0\.0\.0 /m),
  ]);
});

test("check warns that a right configuration does not start yet, as nobody could ask it, until there is a token", async () => {
  const bare = file("listen: { host: 0.0.0.0 }\nthings: {}");
  expect((await outcome("check", bare)).printed).toMatch(
    /^warning: benchd will not start yet: .*:1:17: .* add stateDirectory/m,
  );

  const path = file("listen: { host: 0.0.0.0 }\nstateDirectory: ./state\nthings: {}");
  const before = await outcome("check", path);
  expect(before.printed).toMatch(
    /^warning: benchd will not start yet: .* there is none yet\. Make the first one:\n {2}benchd token/m,
  );
  expect([before.status, before.told]).toEqual([0, ""]);
  expect((await outcome("token", "create", "--name", "anna", "--scope", "read", "--config", path)).status).toBe(0);
  expect((await outcome("check", path)).printed).not.toContain("warning");
});

test("check tells every mistake, of the file and of what its drivers want, and exits with 78", async () => {
  const path = file(
    "prefx: /api\nthings:\n  counter: { driver: counter, config: { speed: 3 } }\n  b: { driver: cuonter }\n",
  );
  const { status, printed, told } = await outcome("check", path);
  expect(told).toContain(`${path} has 3 mistakes:`);
  expect(told).toContain(`${path}:1:1: there is no setting "prefx"; did you mean "prefix"?`);
  expect(told).toContain(`${path}:3:41: there is no setting "speed"`);
  expect(told).toContain(`${path}:4:16: there is no driver "cuonter"; did you mean "counter"?`);
  expect(printed).toBe("");
  expect(status).toBe(78);
});

test.each(["check", "serve"])("%s needs a configuration that is there", async (command) => {
  const argv = command === "serve" ? ["serve", "--config", "/nowhere.yaml"] : ["check", "/nowhere.yaml"];
  const { status, told } = await outcome(...argv);
  expect(told).toContain("/nowhere.yaml: there is no such file");
  expect(status).toBe(78);
});

test("what a file says does not reach the terminal's controls", async () => {
  const { told } = await outcome("check", file('things: { a: { driver: "\\e[2J" } }'));
  expect(told).toContain('there is no driver "\\x1b[2J"');
});

test("a start that would hang says why, and ends: no folder can be made below /proc", async () => {
  const path = file("stateDirectory: /proc/nope/state\nthings: {}");
  const { status, told } = await outcome("serve", "--mock", "--port", "0", "--config", path);
  expect(told).toBe(
    `benchd: ${path}:1:17: nothing can be kept in /proc/nope/state: no folder can be made there: name another`,
  );
  expect(status).toBe(78);
});

test("a folder that systemd names is checked like one in the file", async () => {
  const shell = testShell({ STATE_DIRECTORY: "/proc/nope" });
  expect(await run(["serve", "--mock", "--port", "0", "--config", file("things: {}")], shell)).toBe(78);
  expect(shell.told.join()).toContain("STATE_DIRECTORY: nothing can be kept in /proc/nope");
});
