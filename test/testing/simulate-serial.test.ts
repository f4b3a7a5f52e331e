import { DiscreteClock, type SerialTwin, simulateSerial } from "benchd/testing";
import { expect, test } from "vitest";
import { openTerminal } from "../hardware-mocks/talk.ts";

/** A thermometer with a heater: T? tells, H1 and H0 switch. */
async function newThermometer() {
  const clock = new DiscreteClock();
  let heating = false;
  const twin: SerialTwin = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\r",
    frame: (text) => `${text}\r`,
    rules: [
      [/T\?/, () => "20.1"],
      [
        /H([01])/,
        (on) => {
          heating = on === "1";
          return "OK";
        },
      ],
      [/H\?/, () => (heating ? "1" : "0")],
    ],
    poweredDown: () => {
      heating = false;
    },
  });
  const terminal = await openTerminal(twin, clock, 9600);
  return { clock, twin, terminal };
}

test("a command is known by the rule that fits it as a whole", async () => {
  const { twin, terminal } = await newThermometer();
  expect(await terminal.say("T?\r")).toBe("20.1\r");
  expect(await terminal.say("T??\r")).toBe("");
  expect(twin.commands).toEqual(["T?", "T??"]);
});

test("a command may come in pieces, several in one", async () => {
  const { terminal } = await newThermometer();
  await terminal.say("T");
  expect(await terminal.say("?\rH1\rH?\r")).toBe("20.1\rOK\r1\r");
});

test("only the power makes it forget", async () => {
  const { clock, twin, terminal } = await newThermometer();
  await terminal.say("H1\r");
  await terminal.close();
  twin.unplug();
  twin.plug();
  const again = await openTerminal(twin, clock, 9600);
  expect(await again.say("H?\r")).toBe("1\r");
  twin.powerCycle();
  expect(await again.say("H?\r")).toBe("0\r");
});

test("an override comes before the rules until it is taken back", async () => {
  const { twin, terminal } = await newThermometer();
  const restore = twin.override(/T\?/, "99.9");
  expect(await terminal.say("T?\r")).toBe("99.9\r");
  restore();
  expect(await terminal.say("T?\r")).toBe("20.1\r");
});

test("received waits for a command", async () => {
  const { clock, twin, terminal } = await newThermometer();
  const command = twin.received(/H./);
  await terminal.say("T?\r");
  await terminal.say("H1\r");
  expect(await clock.until(command)).toBe("H1");
});

test("a silent device does what it is asked, but says nothing", async () => {
  const { twin, terminal } = await newThermometer();
  twin.silence(1);
  expect(await terminal.say("H1\r")).toBe("");
  expect(await terminal.say("H?\r")).toBe("1\r");
});

test("a garbled reply has every bit turned", async () => {
  const { twin, terminal } = await newThermometer();
  twin.garble();
  expect(
    Buffer.from(await terminal.say("T?\r"), "latin1")
      .map((byte) => byte ^ 0xff)
      .toString(),
  ).toBe("20.1\r");
  expect(await terminal.say("T?\r")).toBe("20.1\r");
});

test("a delayed reply comes late, and after it the next one in order", async () => {
  const { twin, terminal } = await newThermometer();
  twin.delay(1000);
  expect(await terminal.say("T?\rH?\r")).toBe("");
  expect(await terminal.say("", 1000)).toBe("20.1\r0\r");
});

test("heal ends every fault", async () => {
  const { clock, twin } = await newThermometer();
  twin.silence();
  twin.oneByteChunks();
  twin.block();
  twin.override(/T\?/, undefined);
  twin.powerOff();
  twin.unplug();
  twin.heal();
  const terminal = await openTerminal(twin, clock, 9600);
  expect(await terminal.say("T?\r")).toBe("20.1\r");
});

test("a board sees the edge of DTR, and says something by its own lines", async () => {
  const clock = new DiscreteClock();
  const seen: unknown[] = [];
  const twin = simulateSerial({
    ...{ clock, baudRate: 9600, commandEnd: "\r", frame: (reply: string) => reply, rules: [] },
    linesChanged: ({ dtr }) => seen.push(dtr),
  });
  const { modem } = await twin.open({ baudRate: 9600 }, { data() {}, closed() {} });
  twin.setLines({ dcd: false });
  expect(await modem?.read()).toEqual({ cts: true, dsr: true, dcd: false });
  await modem?.set({ dtr: false });
  await modem?.set({ dtr: true });
  expect(seen).toEqual([false, true]);
});

test("a device tells its commands apart in its own way, and forgets one that stops half-way", async () => {
  const clock = new DiscreteClock();
  const twin = simulateSerial({
    clock,
    baudRate: 9600,
    // Four characters each.
    commandEnd: (input) => (input.length < 4 ? undefined : { command: input.slice(0, 4), rest: input.slice(4) }),
    patienceMs: () => 500,
    frame: (reply) => reply,
    rules: [[/ASK(\d)/, (number) => `<${number}>`]],
  });
  const terminal = await openTerminal(twin, clock, 9600);
  expect(await terminal.say("ASK1ASK2A")).toBe("<1><2>");
  expect(await terminal.say("SK3")).toBe("<3>");
  await terminal.say("AS", 501);
  expect(await terminal.say("ASK4")).toBe("<4>");
});
