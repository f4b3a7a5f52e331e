import { constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

test("a twin answers on a pseudo-terminal as on a serial port, until Ctrl+C", async () => {
  const shell = testShell();
  const status = run(["simulate", "balance", "--pty"], shell);
  await expect.poll(() => shell.printed.length).toBe(1);
  expect(shell.told.join()).toContain("9600 baud");

  // As any program would: serialport's own binding cannot be used in the threads that tests run in.
  const port = new ReadStream(openSync(shell.printed[0] ?? "", constants.O_RDWR | constants.O_NOCTTY));
  port.write("I2\r\n");
  let reply = "";
  for await (const bytes of port) {
    reply += String(bytes);
    if (reply.endsWith("\r\n")) break;
  }
  shell.signal("SIGINT");
  expect(await status).toBe(0);
  expect(reply).toMatch(/^I2 A "/);
  expect(shell.listeners).toBe(0);
});

test.each([
  ["counter", /counter has no twin that speaks over a serial port: there is one for balance, .*syringe-pump/],
  ["relays", /relays has no twin that speaks over a serial port: there is one for balance, .*syringe-pump/],
  ["./plate.js", /twins of benchd's own drivers only; one by path is served with benchd serve --mock/],
  ["balanec", /there is no driver "balanec"; did you mean "balance"\?/],
  ["nope", /there is no driver "nope": there is one for balance, .*psu, .*scpi, .*syringe-pump/],
])("%s cannot be put on a pseudo-terminal", async (driver, words) => {
  const shell = testShell();
  expect(await run(["simulate", driver, "--pty"], shell)).toBe(64);
  expect(shell.told.join()).toMatch(words);
});
