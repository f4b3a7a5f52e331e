import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import { OutputStage } from "../../hardware-mocks/psu/output-stage.ts";
import psu from "../../hardware-mocks/psu.ts";
import { header, parts } from "../../hardware-mocks/scpi/grammar.ts";
import scpi from "../../hardware-mocks/scpi.ts";
import { newClock, openTerminal } from "./talk.ts";

async function connect<T extends typeof psu | typeof scpi>(make: T) {
  const clock = newClock();
  const twin = simulatedBench(clock).place(make as typeof psu, "device") as ReturnType<T>;
  const terminal = await openTerminal(twin, clock, 9600);
  const ask = async (command: string, waitMs = 200) => (await terminal.say(`${command}\n`, waitMs)).trimEnd();
  return { clock, twin, terminal, ask };
}

test.each([
  [
    "MEASure[:SCALar]:VOLTage[:DC]?",
    ["MEAS:VOLT?", "measure:scal:voltage:dc?", ":MEAS:VOLT:DC?"],
    ["MEASU:VOLT?", "MEAS:VOLT"],
  ],
  ["[SOURce:]VOLTage", ["VOLT", "SOUR:VOLTAGE", "source:volt"], ["VOLTA", "SOURVOLT", "VOLT?"]],
  ["*IDN?", ["*IDN?", "*idn?"], ["IDN?", "*IDN"]],
])("%s is understood long and short, in either case", (notation, good, bad) => {
  for (const text of good) expect(text).toMatch(header(notation));
  for (const text of bad) expect(text).not.toMatch(header(notation));
});

test("what is in quotes divides nothing", () => {
  expect(parts('DISP:TEXT "a;b,c";*RST', ";")).toEqual(['DISP:TEXT "a;b,c"', "*RST"]);
  expect(parts('"say ""a,b""",2', ",")).toEqual(['"say ""a,b"""', "2"]);
});

test("questions are answered in one message, sets with nothing", async () => {
  const { ask } = await connect(psu);
  expect(await ask("*IDN?")).toBe("Agilent Technologies,E3647A,MY40000123,1.7-5.0-1.0");
  expect(await ask("SYST:REM")).toBe("");
  expect(await ask("VOLT 5;CURR 2;:VOLT?;CURR?")).toBe("+5.00000000E+00;+2.00000000E+00");
});

test("a measurement below zero has one sign", async () => {
  const { ask } = await connect(psu);
  const told = await ask(`MEAS:CURR?${";:MEAS:CURR?".repeat(19)}`, 1000);
  expect(told).toMatch(/(^|;)-/);
  for (const each of told.split(";")) expect(each).toMatch(/^[+-]\d\.\d{8}E[+-]\d\d$/);
});

test("errors queue, first in, first out, until the queue overflows", async () => {
  const { twin, ask } = await connect(psu);
  await ask("SYST:REM;FLY 1;VOLT 99;VOLT x;VOLT", 400);
  expect(await ask("SYST:ERR?")).toBe('-113,"Undefined header"');
  expect(await ask("SYST:ERR?")).toBe('-222,"Data out of range"');
  expect(await ask("SYST:ERR?")).toBe('-104,"Data type error"');
  expect(await ask("SYST:ERR?")).toBe('-109,"Missing parameter"');
  expect(await ask("SYST:ERR?")).toBe('+0,"No error"');
  for (let each = 0; each < 25; each++) twin.fail(-113);
  expect(twin.errors).toHaveLength(20);
  expect(twin.errors.at(-1)).toBe(-350);
  await ask("*CLS");
  expect(await ask("SYST:ERR?")).toBe('+0,"No error"');
});

test.each([psu, scpi])("while it refuses, it answers questions, and only its queue tells of the rest", async (make) => {
  const { twin, ask } = await connect(make);
  await ask("SYST:REM;*CLS");
  twin.busy(1);
  expect(await ask("*IDN?")).toContain(",");
  expect(await ask("*OPC")).toBe("");
  expect(await ask("*ESR?;:SYST:ERR?")).toBe('+16;-200,"Execution error"');
  expect(await ask("*OPC;*ESR?")).toBe("+1");
});

test("a command that comes before an answer is out drops it, with -410", async () => {
  const { terminal, ask } = await connect(psu);
  expect(await terminal.say("MEAS:VOLT?\nCURR?\n", 400)).toBe("+1.00000000E+00\n");
  expect(await ask("SYST:ERR?")).toBe('-410,"Query INTERRUPTED"');
});

test("it obeys over RS-232 only when it is remote, and its keys only when it is not", async () => {
  const { twin, ask } = await connect(psu);
  await ask("VOLT 5");
  expect(await ask("SYST:ERR?")).toBe('+550,"Command not allowed in local"');
  twin.turnKnob(3);
  expect(await ask("VOLT?")).toBe("+3.00000000E+00");
  await ask("SYST:REM");
  twin.turnKnob(4);
  expect(await ask("VOLT?")).toBe("+3.00000000E+00");
  twin.pressLocal();
  twin.turnKnob(4);
  expect(await ask("VOLT?")).toBe("+4.00000000E+00");
});

test("the event register tells of switching on, once", async () => {
  const { clock, twin, ask } = await connect(psu);
  expect(await ask("*ESR?")).toBe("+128");
  expect(await ask("*ESR?")).toBe("+0");
  await ask("SYST:REM;VOLT 5;OUTP ON");
  twin.powerCycle();
  expect(await ask("*IDN?")).toBe("");
  await clock.advance(2000);
  expect(await ask("*ESR?")).toBe("+128");
  expect(await ask("VOLT?;OUTP?")).toBe("+0.00000000E+00;0");
});

test("*RST switches off and sets everything back", async () => {
  const { ask } = await connect(psu);
  await ask("SYST:REM;VOLT 5;OUTP ON;*RST");
  expect(await ask("VOLT?;CURR?;OUTP?")).toBe("+0.00000000E+00;+1.00000000E+00;0");
});

test("the output takes its time, holds the voltage as far as the current allows, and decays", () => {
  const stage = new OutputStage(0);
  stage.change(0, { voltage: 10, current: 2, on: true });
  stage.pass(100);
  expect(stage.volts).toBeCloseTo(4, 5);
  stage.pass(1000);
  expect([stage.volts, stage.amperes]).toEqual([10, 1]);
  stage.change(1000, { load: 2 });
  stage.pass(2000);
  expect([stage.volts, stage.amperes]).toEqual([4, 2]);
  stage.change(2000, { on: false });
  stage.pass(2050);
  expect(stage.volts).toBeCloseTo(2, 5);
});

test("protections switch the output off, and stay tripped until they are cleared", async () => {
  const { twin, ask } = await connect(psu);
  await ask("SYST:REM;VOLT:PROT 8;:VOLT 9;CURR 2;OUTP ON", 1000);
  expect(await ask("OUTP?;VOLT:PROT:TRIP?")).toBe("0;1");
  await ask("OUTP ON");
  expect(await ask("SYST:ERR?")).toBe('-221,"Settings conflict"');
  await ask("VOLT 5;VOLT:PROT:CLE;:CURR:PROT:STAT ON;:OUTP ON", 1000);
  expect(twin.on).toBe(true);
  twin.connect(1);
  expect(await ask("CURR:PROT:TRIP?;:OUTP?")).toBe("1;0");
});

test("a meter tells an overload as 9.9E+37, and rows of numbers as text or in blocks", async () => {
  const { twin, ask } = await connect(scpi);
  twin.apply(5000);
  expect(await ask("MEAS:VOLT?")).toBe("+9.90000000E+37");
  twin.apply(-0.25);
  expect(await ask("MEAS:VOLT?")).toMatch(/^-2\.\d{8}E-01$/);
  await ask("SYST:REM;:SAMP:COUN 3");
  expect((await ask("READ?", 400)).split(",")).toHaveLength(3);
  await ask("FORM REAL");
  const reply = await ask("READ?", 400);
  expect(reply).toMatch(/^#224/);
  expect(Buffer.from(reply, "latin1").readDoubleBE(4)).toBeCloseTo(-0.25, 3);
});

test("*OPC is over when the row has been measured", async () => {
  const { twin, ask } = await connect(scpi);
  await ask("SYST:REM;*CLS;:SAMP:COUN 100;:INIT;*OPC");
  expect(twin.measuring).toBe(true);
  expect(await ask("*ESR?")).toBe("+0");
  expect(await ask("*ESR?", 3000)).toBe("+0");
  expect(await ask("*ESR?")).toBe("+1");
});
