import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import xy from "../../hardware-mocks/xy.ts";
import { FaultBoard } from "../../src/twin/fault-board.ts";
import { newClock, openTerminal } from "./talk.ts";

const config = { x: { min: -100, max: 0 }, y: { min: -100, max: 0 } };
const start = "\r\nGrbl 1.1h ['$' for help]\r\n[MSG:'$H'|'$X' to unlock]\r\n";

async function newStage() {
  const clock = newClock();
  const twin = simulatedBench(clock).place(xy, "xy", config);
  const terminal = await openTerminal(twin, clock, 115_200);
  const boot = await terminal.say("", 2000);
  const raw = (bytes: string, waitMs = 50) => terminal.say(bytes, waitMs);
  const ask = async (line: string, waitMs = 50) =>
    (await raw(`${line}\n`, waitMs)).replace(/\r\n$/, "").replaceAll("\r\n", " / ");
  return { clock, twin, terminal, boot, ask, raw };
}

/** Unlocked, with `$22` and the position that counts from where it stood. */
async function unlocked() {
  const stage = await newStage();
  await stage.ask("$X");
  await stage.ask("$20=0", 200);
  return stage;
}

async function homed() {
  const stage = await newStage();
  await stage.ask("$H", 20_000);
  return stage;
}

const stateOf = (report: string) => /^<([A-Za-z]+(?::\d)?)\|/.exec(report)?.[1];
const xOf = (report: string) => Number(/MPos:(-?[\d.]+),/.exec(report)?.[1]);

test("opening its port resets it: it swallows what comes, then says its banner, and is locked", async () => {
  const { boot, terminal, twin, clock, raw } = await newStage();
  expect(boot).toBe(start);
  expect(stateOf(await raw("?"))).toBe("Alarm");
  await terminal.close();
  const again = await openTerminal(twin, clock, 115_200);
  expect(await again.say("?$I\n", 1000)).toBe("");
  expect(await again.say("", 1000)).toBe(start);
});

test.each([
  ["", "ok"],
  ["$X", "[MSG:Caution: Unlocked] / ok"],
  ["$I", "[VER:1.1h.20190825:] / [OPT:V,15,128] / ok"],
  ["$J=X1F100", "error:8"],
  ["G1X1F100", "error:9"],
  ["$fly", "error:3"],
])("while it is locked, it answers %s with %s", async (line, reply) => {
  const { ask } = await newStage();
  expect(await ask(line)).toBe(reply);
});

test.each([
  ["$J=X1", "error:22"],
  ["$J=F100", "error:26"],
  ["$J=X1F100M3", "error:16"],
  ["$J=G2X1F100", "error:16"],
  ["M3", "error:20"],
  ["$J=X1F100(a comment that is no part of it)", "ok"],
  ["$J = G91 x1 f100 ; spaced, in lower case", "ok"],
  [`G1F100${"X1".repeat(40)}`, "error:11"],
])("%s is answered with %s", async (line, reply) => {
  const { ask } = await unlocked();
  expect(await ask(line)).toBe(reply);
});

test("ok means read, not done: a move has ended when it is idle", async () => {
  const { clock, ask, raw } = await unlocked();
  expect(await ask("$J=G91X10F600", 20)).toBe("ok");
  expect(stateOf(await raw("?"))).toBe("Jog");
  await clock.advance(2000);
  const report = await raw("?");
  expect([stateOf(report), xOf(report)]).toEqual(["Idle", 10]);
});

test("a jog that is cancelled slows down, and its position is true", async () => {
  const { clock, twin, ask, raw } = await unlocked();
  await ask("$J=G91X50F1200");
  await clock.advance(1000);
  const before = twin.carriage[0];
  await raw("\x85", 20);
  expect(twin.moving).toBe(true);
  await clock.advance(190);
  expect(twin.moving).toBe(false);
  // v²/2a of 20 mm/s and 100 mm/s²
  expect(twin.carriage[0] - before).toBeCloseTo(2, 0);
  expect(xOf(await raw("?"))).toBeCloseTo(twin.carriage[0] + 40, 1);
});

test("a cancel that comes before the jog has begun is lost", async () => {
  const { twin, clock, raw } = await unlocked();
  await raw("$J=G91X50F1200\n\x85");
  await clock.advance(1000);
  expect(twin.moving).toBe(true);
});

test("what was sent while a jog slows down is read, and done, afterwards", async () => {
  const { twin, clock, ask, raw } = await unlocked();
  await ask("$J=G91X50F1200", 1000);
  expect(await raw("\x85$J=G91Y5F600\n", 50)).toBe("");
  await clock.advance(300);
  expect(twin.state).toBe("Jog");
});

test("a feed hold ends a jog, but interrupts another move, which can go on", async () => {
  const { clock, ask, raw } = await unlocked();
  await ask("$J=G91X50F1200", 500);
  await raw("!", 500);
  expect(stateOf(await raw("?"))).toBe("Idle");
  await ask("G1G91X50F1200", 500);
  expect(stateOf(await raw("!?"))).toBe("Hold:1");
  await clock.advance(500);
  expect(stateOf(await raw("?"))).toBe("Hold:0");
  await raw("~", 20);
  expect(stateOf(await raw("?"))).toBe("Run");
});

test("a reset in motion loses the position, and one at rest does not", async () => {
  const { ask, raw } = await homed();
  await ask("$J=G91X-50F1200", 500);
  expect(await raw("\x18", 100)).toBe("ALARM:3\r\n");
  expect(await raw("", 600)).toBe(start);
  await ask("$X");
  const { raw: other } = await homed();
  expect(await other("\x18", 100)).toBe("\r\nGrbl 1.1h ['$' for help]\r\n");
  expect(xOf(await other("?"))).toBe(-1);
});

test("homing is silent, answers no ?, and obeys a reset only", async () => {
  const { ask, raw, twin } = await newStage();
  expect(await ask("$H", 1000)).toBe("");
  expect(await raw("?!\x85", 500)).toBe("");
  expect(twin.state).toBe("Home");
  expect(await raw("\x18", 100)).toBe("ALARM:6\r\n");
  expect(await raw("", 600)).toBe(`ok\r\n${start}`);
});

test("homing ends beside the switches, with ok and nothing else", async () => {
  const { ask, raw } = await newStage();
  expect(await ask("$H", 20_000)).toBe("ok");
  const report = await raw("?");
  expect([stateOf(report), xOf(report)]).toEqual(["Idle", -1]);
});

test("a hard limit cuts it off; then it hears a reset only, and not at once", async () => {
  const { ask, raw, twin } = await homed();
  await ask("$J=G91X-50F1200", 500);
  twin.hitLimit("X");
  expect(await raw("\x18", 100)).toBe("ALARM:1\r\n");
  expect(await raw("", 600)).toBe("[MSG:Reset to continue]\r\n");
  expect(await raw("?", 200)).toBe("");
  expect(await ask("$X", 200)).toBe("");
  expect(await raw("\x18", 100)).toBe(start);
  expect(await raw("?")).toContain("|Pn:X|");
});

test("beyond the soft limits a jog is refused, and another move an alarm", async () => {
  const { ask } = await homed();
  expect(await ask("$J=G53X-101F600")).toBe("error:15");
  expect(await ask("G53G0X-101", 1000)).toBe("ALARM:2 / [MSG:Reset to continue]");
});

test("the work offset is told in the first report, then in every tenth", async () => {
  const { raw, twin } = await homed();
  twin.shiftWork([5, 0, 0]);
  const reports: string[] = [];
  for (let number = 0; number < 21; number++) reports.push(await raw("?"));
  expect(reports.flatMap((report, number) => (report.includes("WCO:5.000") ? [number] : []))).toEqual([0, 10, 20]);
});

test("setting 10 chooses the coordinates, and what is free in the buffers", async () => {
  const { ask, raw, twin } = await homed();
  twin.shiftWork([5, 0, 0]);
  await ask("$10=2", 200);
  expect(await raw("?")).toContain("|WPos:-6.000,-1.000,-1.000|Bf:15,128|");
});

test("while it writes a setting it hears nothing, not even a real-time command", async () => {
  const { ask, raw } = await homed();
  expect(await raw("$1=25\n", 10)).toBe("ok\r\n");
  expect(await raw("?")).toBe("");
  expect(await ask("$I")).toBe("");
  await ask("", 100);
  expect(await ask("$I")).toContain("ok");
});

test("with 15 blocks planned it reads no more until one is done, and loses what its buffer cannot hold", async () => {
  const { clock, ask, raw } = await unlocked();
  await ask("$10=3", 200);
  const jogs = "$J=G91X1F60\n".repeat(24);
  const heard = await raw(jogs, 400);
  expect(heard.match(/ok/g)).toHaveLength(15);
  expect(await raw("?")).toMatch(/\|Bf:0,\d+\|/);
  await clock.advance(2000);
  const later = await raw("", 60_000);
  // 128 bytes of the nine lines that waited: the last ones never arrived.
  expect(later.match(/ok/g)?.length).toBeLessThan(9);
});

test("inches in a jog hold for that jog alone", async () => {
  const { clock, ask, raw } = await unlocked();
  await ask("$J=G91G20X1F60", 20);
  await clock.advance(5000);
  expect(xOf(await raw("?"))).toBeCloseTo(25.4, 1);
  await ask("$J=G91X1F600");
  await clock.advance(1000);
  expect(xOf(await raw("?"))).toBeCloseTo(26.4, 1);
});

test("the position outlives a reopened port without DTR, and not a power cut", async () => {
  const { clock, twin, terminal } = await homed();
  twin.keepOnOpen();
  await terminal.close();
  const again = await openTerminal(twin, clock, 115_200);
  expect(xOf(await again.say("?"))).toBe(-1);
  twin.powerCycle();
  expect(await again.say("", 2000)).toBe(start);
  expect(xOf(await again.say("?"))).toBe(0);
});

test("a limit that is hit, a reset and a hold can be asked for as faults", async () => {
  const { ask, raw, twin } = await homed();
  const faults = new FaultBoard(twin);
  await ask("$J=G91X-50F1200", 500);
  faults.apply("key", { key: "hold" });
  expect(stateOf(await raw("?", 500))).toBe("Jog");
  expect(stateOf(await raw("?"))).toBe("Idle");
  await ask("$J=G91X-20F1200", 500);
  faults.apply("soft_reset", {});
  expect(await raw("", 2000)).toBe(`ALARM:3\r\n${start}`);
  await ask("$X");
  await ask("$J=G91X-5F1200", 100);
  faults.apply("limit", { axis: "Y" });
  expect(await raw("", 1000)).toBe("ALARM:1\r\n[MSG:Reset to continue]\r\n");
  await raw("\x18", 100);
  expect(await raw("?")).toContain("|Pn:Y|");
  faults.end("limit");
  expect(await raw("?")).not.toContain("|Pn:");
});
