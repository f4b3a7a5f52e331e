import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

const text = `
things:
  relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 }, outputs: { lamp: { onCrash: hold } } }
  psu: { driver: psu, serial: /dev/ttyUSB0, config: { maxVoltage: 15, maxCurrent: 3 } }
  pump: { driver: syringe-pump, serial: /dev/ttyUSB1, config: { diameter: 26.59, syringeVolume: 60 } }
  probe: { driver: rtd, serial: /dev/ttyUSB2 }
  bath: { driver: supply-heater, uses: { probe: probe, supply: psu }, config: { maxTemperature: 80, maxVoltage: 12 } }
  counter: { driver: counter }
`;

async function safe(
  environment: Readonly<Record<string, string>> = {},
  options: readonly string[] = ["--mock"],
  config = text,
) {
  const file = join(mkdtempSync(join(tmpdir(), "benchd-")), "benchd.yaml");
  writeFileSync(file, config);
  const shell = testShell(environment);
  const status = await run(["safe", "--config", file, ...options], shell);
  return { status, shell };
}

test("safe tells one line for each Thing with outputs, and exits with 0 when all are confirmed", async () => {
  const { status, shell } = await safe();
  expect([...shell.printed].sort()).toEqual([
    "bath: safe: through psu",
    "psu: safe: output",
    "pump: safe: motor",
    "relays: safe: pump_power, vent; left as it is: lamp",
  ]);
  expect(status).toBe(0);
});

test("safe exits with 1 when one is not confirmed, and says why", async () => {
  const missing = "things: { relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } } }\n";
  const { status, shell } = await safe(
    {},
    ["--timeout", "0.2"],
    `gpio: { chip: no-such-chip, backend: character-device }\n${missing}`,
  );
  expect([status, shell.printed.join("\n")]).toMatchObject([
    1,
    expect.stringMatching(/^relays: NOT CONFIRMED: .*no-such-chip/),
  ]);
});

test("after a benchd that has ended in order there is nothing to do; after one that was killed there is", async () => {
  const ended = { SERVICE_RESULT: "success", EXIT_CODE: "exited", EXIT_STATUS: "0" };
  const { status, shell } = await safe(ended, ["--mock"], "this: is no configuration");
  expect([status, shell.printed]).toEqual([0, ["benchd has ended in order: nothing to do"]]);
  const lamp = "things: { relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } } }\n";
  for (const how of [
    { SERVICE_RESULT: "success", EXIT_CODE: "killed", EXIT_STATUS: "TERM" },
    { SERVICE_RESULT: "watchdog", EXIT_CODE: "dumped", EXIT_STATUS: "ABRT" },
    { SERVICE_RESULT: "signal", EXIT_CODE: "killed", EXIT_STATUS: "KILL" },
    { SERVICE_RESULT: "exit-code", EXIT_CODE: "exited", EXIT_STATUS: "1" },
    { SERVICE_RESULT: "timeout", EXIT_CODE: "killed", EXIT_STATUS: "KILL" },
  ])
    expect((await safe(how, ["--mock"], lamp)).shell.printed).toEqual(["relays: safe: pump_power, vent, lamp"]);
});

test("what a planned stop has left on is not taken for on any more once all was made safe", async () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), "benchd-"));
  const note = join(stateDirectory, "handed-on.json");
  writeFileSync(note, "{}");
  const config = `stateDirectory: ${stateDirectory}\nthings: { counter: { driver: counter } }`;
  await safe({ SERVICE_RESULT: "success", EXIT_CODE: "exited", EXIT_STATUS: "0" }, [], config);
  await safe({}, ["--mock"], config);
  expect(existsSync(note)).toBe(true);
  await safe({ SERVICE_RESULT: "signal", EXIT_CODE: "killed", EXIT_STATUS: "KILL" }, [], config);
  expect(existsSync(note)).toBe(false);
});
