import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import syringePump from "../../hardware-mocks/syringe-pump.ts";
import { newClock, openTerminal } from "./talk.ts";

const config = { address: 0, diameter: 26.59, syringeVolume: 60 };

async function newPump() {
  const clock = newClock();
  const twin = simulatedBench(clock).place(syringePump, "pump", config);
  const terminal = await openTerminal(twin, clock, 19200);
  /** What the pump answers, between its STX and ETX. */
  const ask = async (command: string) => {
    const reply = await terminal.say(`${command}\r`);
    if (reply === "") return "";
    expect([reply.at(0), reply.at(-1)]).toEqual(["\x02", "\x03"]);
    return reply.slice(1, -1);
  };
  await ask("");
  return { clock, twin, terminal, ask };
}

test("the first command after power-up is answered with the reset alarm, and not done", async () => {
  const { twin, ask } = await newPump();
  twin.powerCycle();
  expect(await ask("DIR WDR")).toBe("00A?R");
  expect(await ask("DIR")).toBe("00SINF");
});

test("an alarm is told once, whoever asks", async () => {
  const { twin, ask } = await newPump();
  twin.powerCycle();
  expect(await ask("VER")).toBe("00A?R");
  expect(await ask("VER")).toBe("00SNE1000V3.923");
});

test.each([
  ["12.345", "00S?OOR"],
  ["12345", "00S?OOR"],
  ["0.0001", "00S?OOR"],
  ["1.2.3", "00S?OOR"],
  ["12.34", "00S"],
  ["9.999", "00S"],
])("VOL %s is answered with %s", async (number, reply) => {
  const { ask } = await newPump();
  expect(await ask(`VOL ${number}`)).toBe(reply);
});

test("commands may be in lower case, spaced, and carry the address", async () => {
  const { ask } = await newPump();
  expect(await ask("00 ra t 2.5 mm")).toBe("00S");
  expect(await ask("rat")).toBe("00S2.500MM");
});

test("a pump with another address stays silent", async () => {
  const { ask } = await newPump();
  expect(await ask("01VER")).toBe("");
});

test("an unknown command is refused", async () => {
  const { ask } = await newPump();
  expect(await ask("FLY")).toBe("00S?");
});

test("a rate beyond what the plunger can do is out of range", async () => {
  const { ask } = await newPump();
  expect(await ask("RAT 99.9 MM")).toBe("00S?OOR");
});

test("the unit of volume follows the diameter", async () => {
  const { ask } = await newPump();
  await ask("DIA 14.00");
  expect(await ask("DIS")).toBe("00SI0.000W0.000UL");
  await ask("DIA 14.01");
  expect(await ask("DIS")).toBe("00SI0.000W0.000ML");
});

test("a program runs to its volume and then stands stopped", async () => {
  const { clock, ask } = await newPump();
  await ask("RAT 6 MM");
  await ask("VOL 1");
  expect(await ask("RUN")).toBe("00I");
  await clock.advance(4000);
  expect(await ask("DIS")).toMatch(/^00II0\.4\d\dW0\.000ML$/);
  await clock.advance(10_000);
  expect(await ask("DIS")).toBe("00SI1.000W0.000ML");
});

test("STP pauses, RUN goes on with the old dose, and a second STP ends it", async () => {
  const { clock, ask } = await newPump();
  await ask("RAT 6 MM");
  await ask("VOL 1");
  await ask("RUN");
  expect(await ask("STP")).toBe("00P");
  expect(await ask("RUN")).toBe("00I");
  await clock.advance(20_000);
  expect(await ask("DIS")).toBe("00SI1.000W0.000ML");
  await ask("RUN");
  expect(await ask("STP")).toBe("00P");
  expect(await ask("STP")).toBe("00S");
  expect(await ask("STP")).toBe("00S?NA");
});

test("VOL 0 pumps without end", async () => {
  const { clock, ask } = await newPump();
  await ask("RAT 6 MM");
  await ask("RUN");
  await clock.advance(300_000);
  expect(await ask("DIS")).toMatch(/^00II30\.\d\dW0\.000ML$/);
});

test("while it pumps the rate may change, but neither its unit nor the diameter", async () => {
  const { ask } = await newPump();
  await ask("RUN");
  expect(await ask("RAT 2")).toBe("00I");
  expect(await ask("RAT 2 UM")).toBe("00I?NA");
  expect(await ask("DIA 10")).toBe("00I?NA");
});

test("a blocked tube stalls the motor by back-pressure", async () => {
  const { clock, twin, ask } = await newPump();
  twin.obstruct("blocked");
  await ask("RAT 6 MM");
  await ask("VOL 5");
  await ask("RUN");
  await clock.advance(3000);
  expect(await ask("")).toBe("00I");
  await clock.advance(5000);
  expect(await ask("")).toBe("00A?S");
  expect(await ask("DIS")).toMatch(/^00SI0\.50/);
});

test("an empty syringe stalls the motor", async () => {
  const { clock, twin, ask } = await newPump();
  twin.path.content = 0.1;
  await ask("RAT 6 MM");
  await ask("VOL 5");
  await ask("RUN");
  await clock.advance(2000);
  expect(await ask("")).toBe("00A?S");
});

test("the count and the settings outlive a reopened port, the settings also a power cut", async () => {
  const { clock, twin, terminal, ask } = await newPump();
  await ask("RAT 6 MM");
  await ask("VOL 1");
  await ask("RUN");
  await clock.advance(20_000);
  await terminal.close();
  const again = await openTerminal(twin, clock, 19200);
  expect(await again.say("DIS\r")).toBe("\x0200SI1.000W0.000ML\x03");
  twin.powerCycle();
  await again.say("\r");
  expect(await again.say("DIS\r")).toBe("\x0200SI0.000W0.000ML\x03");
  expect(await again.say("RAT\r")).toBe("\x0200S6.000MM\x03");
});

test("a reply takes its time on the wire", async () => {
  const { clock, terminal } = await newPump();
  const start = clock.now();
  await terminal.say("VER\r");
  // 4 bytes out, 5 ms to think, 17 bytes back, at 1920 bytes a second
  expect(terminal.lastAt - start).toBeCloseTo(5 + (21 * 1000) / 1920, 0);
});

test("at another baud rate nobody is understood", async () => {
  const { clock, twin, terminal } = await newPump();
  await terminal.close();
  const wrong = await openTerminal(twin, clock, 9600);
  expect(await wrong.say("VER\r")).toBe("");
});

test("the start key pauses a running program", async () => {
  const { twin, ask } = await newPump();
  await ask("RUN");
  twin.pressStartStop();
  expect(await ask("")).toBe("00P");
});
