import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import syringePump from "../../hardware-mocks/syringe-pump.ts";
import { newClock, openTerminal } from "./talk.ts";

const config = { address: 0, diameter: 26.59, syringeVolume: 60 };
/** From the manual, 10.2.2: how a pump is sent back to Basic mode. */
const saf0 = "\x02\x08SAF0UC\x03";

/** As the manual has it: STX, a length that counts itself and all behind it, data, CRC-16 CCITT, ETX. */
function packet(data: string): string {
  let crc = 0;
  for (const byte of Buffer.from(data, "latin1")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return `\x02${String.fromCharCode(data.length + 4)}${data}${String.fromCharCode(crc >> 8, crc & 0xff)}\x03`;
}

/** A pump in Safe mode, with a time-out of 5 s. */
async function newPump() {
  const clock = newClock();
  const twin = simulatedBench(clock).place(syringePump, "pump", config);
  const terminal = await openTerminal(twin, clock, 19200);
  const ask = async (data: string, waitMs?: number) => terminal.say(packet(data), waitMs);
  await terminal.say("\r");
  await terminal.say("SAF5\r");
  return { clock, twin, terminal, ask };
}

test("the packet that the manual spells out leads back to Basic mode", async () => {
  const { terminal } = await newPump();
  expect(packet("SAF0")).toBe(saf0);
  await terminal.say(saf0);
  expect(await terminal.say("VER\r")).toBe("\x0200SNE1000V3.923\x03");
});

test("in Safe mode packets are answered by packets, and bare lines not at all", async () => {
  const { terminal, ask } = await newPump();
  expect(await ask("00VER")).toBe(packet("00SNE1000V3.923"));
  expect(await terminal.say("VER\r")).toBe("");
  expect(await ask("SAF")).toBe(packet("00S5"));
  expect(await ask("01VER")).toBe("");
});

test("in Basic mode a packet is the beginning of a line, and not answered", async () => {
  const { terminal, ask } = await newPump();
  await terminal.say(saf0);
  expect(await ask("00VER")).toBe("");
  expect(await terminal.say("\r")).toBe("\x0200S?\x03");
});

test("a time-out of three digits is out of range", async () => {
  const { ask } = await newPump();
  expect(await ask("SAF100")).toBe(packet("00S?OOR"));
  expect(await ask("SAF")).toBe(packet("00S5"));
});

test("a damaged packet is not obeyed, but told", async () => {
  const { twin, terminal } = await newPump();
  expect(await terminal.say(packet("00RUN").replace("RUN", "RUM"))).toBe(packet("00S?COM"));
  expect(twin.state.prompt).toBe("S");
});

test("a packet that stops half-way is forgotten after 0.5 s, and waited for until then", async () => {
  const { terminal, ask } = await newPump();
  const whole = packet("00VER");
  await terminal.say(whole.slice(0, 4), 400);
  expect(await terminal.say(whole.slice(4))).toBe(packet("00SNE1000V3.923"));
  await terminal.say(whole.slice(0, 4), 510);
  expect(await ask("00")).toBe(packet("00S"));
});

test("without a packet the pump stops at its time-out, says so at once, and again to whoever asks next", async () => {
  const { clock, twin, terminal, ask } = await newPump();
  await ask("RAT6MM");
  await ask("RUN");
  await clock.advance(4500);
  expect(twin.state.prompt).toBe("I");
  expect(await terminal.say("", 1000)).toBe(packet("00A?T"));
  const { pushed } = twin.path;
  expect(pushed).toBeCloseTo(0.5, 2);
  await clock.advance(10_000);
  expect([twin.state.prompt, twin.path.pushed]).toEqual(["S", pushed]);
  expect(await ask("RUN")).toBe(packet("00A?T"));
  expect(await ask("DIS")).toBe(packet("00SI0.500W0.000ML"));
});

test("any valid packet for the pump feeds it; damaged ones, and those for others, do not", async () => {
  const { twin, terminal, ask } = await newPump();
  await ask("RUN");
  for (let n = 0; n < 5; n++) await ask("", 3000);
  expect(twin.state.prompt).toBe("I");
  await ask("01", 2000);
  await terminal.say(packet("00").replace("00", "09"), 2000);
  await ask("01", 2000);
  expect(twin.state).toMatchObject({ prompt: "S", alarm: "T" });
});

test("the time that has run out begins anew only with the next packet", async () => {
  const { clock, twin, terminal, ask } = await newPump();
  await clock.advance(6000);
  expect(await terminal.say("", 60_000)).toBe("");
  await ask("");
  await clock.advance(6000);
  expect(twin.state.alarm).toBe("T");
});

test("a stall is told unasked", async () => {
  const { twin, terminal, ask } = await newPump();
  twin.obstruct("blocked");
  await ask("RAT20MM");
  await ask("RUN");
  expect(await terminal.say("", 3000)).toBe(packet("00A?S"));
});

test("Safe mode outlives a power cut: the reset is told unasked, and the time runs from the first packet on", async () => {
  const { clock, twin, terminal, ask } = await newPump();
  twin.powerOff();
  await clock.advance(20_000);
  const said = terminal.say("", 60_000);
  twin.powerOn();
  expect(await said).toBe(packet("00A?R"));
  expect(await ask("")).toBe(packet("00A?R"));
  await clock.advance(6000);
  expect(twin.state.alarm).toBe("T");
});
