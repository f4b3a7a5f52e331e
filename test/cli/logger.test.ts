import { expect, test } from "vitest";
import { createLogger, gatewayLog, type LogStyle, logStyle } from "../../src/cli/logger.ts";

function logger(style: LogStyle) {
  const lines: string[] = [];
  return { lines, log: createLogger({ write: (line) => void lines.push(line) }, style) };
}

test("a program gets JSON, with times that have a zone", () => {
  const { lines, log } = logger("json");
  log.info({ thing: "pump" }, "opened");
  expect(JSON.parse(lines.join())).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    thing: "pump",
    msg: "opened",
  });
});

test("the journal gets the priority of every line before it", () => {
  const { lines, log } = logger("journal");
  log.level = "debug";
  for (const level of ["debug", "info", "warn", "error", "fatal"] as const) log[level]("x");
  expect(lines.map((line) => line.slice(0, 4))).toEqual(["<7>{", "<6>{", "<4>{", "<3>{", "<2>{"]);
});

test("somebody who watches gets short lines, and the stack of what nobody expected", () => {
  const { lines, log } = logger("human");
  log.warn({ thing: "pump", n: 3 }, "it drips");
  log.fatal({ err: new Error("broken") }, "over");
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}it drips thing=pump n=3\n$/);
  expect(lines[1]).toMatch(/fatal over\n {4}Error: broken\n {8}at /);
});

test("what a client authorised itself with is not logged", () => {
  const { lines, log } = logger("json");
  log.info({ req: { headers: { authorization: "Bearer secret" } } }, "x");
  expect(lines.join()).not.toContain("secret");
});

test("the gateway's own levels become pino's, and it names the Thing that speaks", () => {
  const { lines, log } = logger("json");
  gatewayLog(log)("pump", "warning", "it drips");
  gatewayLog(log)("", "info", "open");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, thing: "pump" },
    { level: 30, msg: "open" },
  ]);
  expect(lines[1]).not.toContain("thing");
});

test("the style goes by who reads", () => {
  expect(logStyle({}, true)).toBe("human");
  expect(logStyle({ JOURNAL_STREAM: "8:1" }, false)).toBe("journal");
  expect(logStyle({}, false)).toBe("json");
});

test("what a device says does not reach the controls of a terminal, nor does it end the line", () => {
  const { lines, log } = logger("human");
  log.warn({ reply: "\u009b31m" }, "it says \u001b[2J\r\nfatal");
  expect(lines).toEqual([expect.stringContaining("it says \\x1b[2J\\x0d\\nfatal reply=\\x9b31m\n")]);
});
