import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import balance from "../../hardware-mocks/balance.ts";
import { newClock, openTerminal } from "./talk.ts";

async function newBalance() {
  const clock = newClock();
  const twin = simulatedBench(clock).place(balance, "balance");
  const terminal = await openTerminal(twin, clock, 9600);
  const ask = async (command: string, waitMs = 200) => (await terminal.say(`${command}\r\n`, waitMs)).trimEnd();
  const grams = async () => Number((await ask("SI")).slice(3, 14));
  await clock.advance(3000);
  return { clock, twin, ask, grams };
}

test("SI answers at once, and says whether the weight is stable", async () => {
  const { clock, twin, ask } = await newBalance();
  twin.put(100);
  expect(await ask("SI")).toMatch(/^S D {3,}\d+\.\d{3} g$/);
  await clock.advance(5000);
  expect(await ask("SI")).toMatch(/^S S {4}(100\.00\d|99\.99\d) g$/);
});

test("S waits for stability", async () => {
  const { clock, twin, ask } = await newBalance();
  twin.put(50);
  expect(await ask("S", 500)).toBe("");
  expect(await ask("SI")).toBe("S I");
  await clock.advance(3000);
  expect(await ask("SI")).toMatch(/^S S /);
});

test("S answers I when a draught keeps the weight from settling", async () => {
  const { twin, ask } = await newBalance();
  twin.draught(60_000);
  expect(await ask("S", 15_000)).toBe("S I");
});

test("T tares and tells the tare, TA tells it again, TAC clears it", async () => {
  const { clock, twin, ask, grams } = await newBalance();
  twin.put(20);
  await clock.advance(3000);
  const reply = await ask("T");
  expect(reply).toMatch(/^T S {5}(20\.00\d|19\.99\d) g$/);
  expect(Math.abs(await grams())).toBeLessThan(0.003);
  expect(await ask("TA")).toBe(reply.replace("T S", "TA A"));
  expect(await ask("TAC")).toBe("TAC A");
  expect(await grams()).toBeCloseTo(20, 2);
});

test("@ answers like I4 and clears the tare", async () => {
  const { clock, twin, ask } = await newBalance();
  twin.put(20);
  await clock.advance(3000);
  await ask("T");
  expect(await ask("@")).toBe('I4 A "B021002593"');
  expect(await ask("TA")).toBe("TA A      0.000 g");
});

test("too much weight is told as +, and Z refuses to zero a load", async () => {
  const { clock, twin, ask } = await newBalance();
  twin.put(100);
  await clock.advance(3000);
  expect(await ask("Z")).toBe("Z +");
  twin.put(200);
  await clock.advance(3000);
  expect(await ask("SI")).toBe("S +");
});

test("what is no command is answered with ES, what is no text with ET", async () => {
  const { ask } = await newBalance();
  expect(await ask("FLY")).toBe("ES");
  expect(await ask("si")).toBe("ET");
  expect(await ask("TA x")).toBe("TA L");
});

test("SIR repeats until another weight is asked for", async () => {
  const { ask } = await newBalance();
  const repeated = await ask("SIR", 1500);
  expect(repeated.split("\r\n").length).toBeGreaterThan(4);
  await ask("SI");
  expect(await ask("TA", 1000)).toBe("TA A      0.000 g");
});

test("the unit key changes the unit of every weight", async () => {
  const { twin, ask } = await newBalance();
  twin.pressUnit();
  expect(await ask("SI")).toMatch(/ mg$/);
});

test("after switching on it says its serial number, and starts at zero", async () => {
  const { clock, twin, ask, grams } = await newBalance();
  twin.put(30);
  await clock.advance(3000);
  twin.powerOff();
  expect(await ask("SI", 1000)).toBe("");
  twin.powerOn();
  expect(await ask("SI", 1000)).toBe("");
  expect(await ask("", 2000)).toContain('I4 A "B021002593"');
  expect(Math.abs(await grams())).toBeLessThan(0.003);
});

test("zero tracking swallows what comes slowly near zero", async () => {
  const { clock, twin, grams } = await newBalance();
  for (let i = 0; i < 100; i++) {
    twin.put(0.0002);
    await clock.advance(1000);
  }
  expect(Math.abs(await grams())).toBeLessThan(0.004);
  twin.put(0.05);
  await clock.advance(3000);
  expect(await grams()).toBeCloseTo(0.05, 2);
});
