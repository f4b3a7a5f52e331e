import { DiscreteClock, simulateSerial } from "benchd/testing";
import { expect, test } from "vitest";
import { FaultBoard } from "../../src/twin/fault-board.ts";
import { openTerminal } from "../hardware-mocks/talk.ts";

/** A thermometer, and what its faults are told to do. `ask` opens its port anew where that was lost. */
function newThermometer() {
  const clock = new DiscreteClock();
  let heating = false;
  const twin = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\r",
    frame: (text) => `${text}\r\n`,
    rules: [
      [/T\?/, () => "20.1"],
      [
        /H1/,
        () => {
          heating = true;
          return "OK";
        },
      ],
      [/H\?/, () => (heating ? "1" : "0")],
      [/WHO/, () => "thermometer"],
    ],
    refuse: () => "BUSY",
    stranger: [[/WHO/, () => "kettle"]],
    poweredDown: () => {
      heating = false;
    },
    poweredUp: () => twin.say("hello"),
  });
  const board = new FaultBoard(twin);
  let terminal: Awaited<ReturnType<typeof openTerminal>> | undefined;
  const ask = async (text: string, ms = 300) => {
    terminal ??= await openTerminal(twin, clock, 9600);
    return terminal.say(text, ms);
  };
  const reopen = async () => {
    await terminal?.close();
    terminal = undefined;
  };
  return { clock, twin, board, ask, reopen };
}

/** What a question is answered with while the fault goes on, and what after it has been ended. */
const heard: readonly (readonly [name: string, parameters: object, question: string, heard: string | RegExp])[] = [
  ["silence", {}, "T?\r", ""],
  ["garble", { replies: 1 }, "T?\r", /^[^\x20-\x7e]+$/],
  ["lag", { replies: 1 }, "T?\r", ""],
  ["delay", { ms: 500 }, "T?\r", ""],
  ["one_byte_chunks", {}, "T?\r", "20.1\r\n"],
  ["joined_chunks", {}, "T?\rH?\r", "20.1\r\n0\r\n"],
  ["echo", {}, "T?\r", "T?\r20.1\r\n"],
  ["line_end", { end: "lf" }, "T?\r", "20.1\n"],
  ["line_end", { end: "none" }, "T?\r", "20.1"],
  ["flood", {}, "", /^[\x80-\xff]{200,}$/],
  ["wrong_baud", {}, "T?\r", ""],
  ["blocked", {}, "T?\r", ""],
  ["power_off", {}, "T?\r", ""],
  ["busy", { commands: 1 }, "T?\r", "BUSY\r\n"],
];

test.each(heard)("%s with %j is noticed by who asks, and ends", async (name, parameters, question, answer) => {
  const { board, ask } = newThermometer();
  await ask("");
  board.apply(name, parameters);
  expect(await ask(question)).toMatch(
    answer instanceof RegExp ? answer : new RegExp(`^${answer.replace("?", "\\?")}$`),
  );
  board.end(name);
  await ask("", 2000);
  expect(await ask("T?\r")).toBe("20.1\r\n");
  expect(board.state(name).active).toBeNull();
});

test("a reply that lags comes with the next one, before it", async () => {
  const { board, ask } = newThermometer();
  board.apply("lag", { replies: 1 });
  expect(await ask("T?\r")).toBe("");
  expect(await ask("H?\r")).toBe("20.1\r\n0\r\n");
});

test("joined chunks arrive in one piece, bytes on their own in many", async () => {
  const { clock, twin, board } = newThermometer();
  const chunks: number[] = [];
  const stream = await twin.open({ baudRate: 9600 }, { data: ({ length }) => chunks.push(length), closed() {} });
  const ask = async () => {
    chunks.length = 0;
    void stream.write(Buffer.from("T?\rH?\r"));
    await clock.advance(300);
    return chunks;
  };
  expect(await ask()).toEqual([6, 3]);
  board.apply("joined_chunks", {});
  expect(await ask()).toEqual([9]);
  board.end("joined_chunks");
  board.apply("one_byte_chunks", {});
  expect(await ask()).toEqual(new Array(9).fill(1));
});

test("a busy device does nothing of what it is told", async () => {
  const { board, ask } = newThermometer();
  board.apply("busy", { commands: 1 });
  expect(await ask("H1\r")).toBe("BUSY\r\n");
  expect(await ask("H?\r")).toBe("0\r\n");
});

test("another device answers in the place of this one, and touches nothing of it", async () => {
  const { clock, twin, board, ask, reopen } = newThermometer();
  board.apply("other_device", { ms: 500 });
  await expect(twin.open({ baudRate: 9600 }, { data() {}, closed() {} })).rejects.toThrow("unplugged");
  await clock.advance(500);
  expect(await ask("WHO\r")).toBe("kettle\r\n");
  expect(await ask("H1\r")).toBe("ERROR\r\n");
  board.end("other_device");
  await reopen();
  expect(await ask("WHO\rH?\r")).toBe("thermometer\r\n0\r\n");
});

test("a cable is put back after its time, or at once when the fault is ended", async () => {
  const { clock, board, ask, reopen } = newThermometer();
  board.apply("replugged", { ms: 500 });
  await expect(ask("T?\r")).rejects.toThrow("unplugged");
  await clock.advance(500);
  expect(board.state("replugged").active).toBeNull();
  expect(await ask("T?\r")).toBe("20.1\r\n");
  await reopen();
  board.apply("replugged", { ms: 500 });
  board.end("replugged");
  expect(await ask("T?\r")).toBe("20.1\r\n");
});

test.each([
  ["EACCES", "PermissionDeniedError", "dialout"],
  ["EBUSY", "PortBusyError", "in use"],
  ["EIO", "DisconnectedError", "put/output error"],
])("a port that the system refuses with %s is a %s", async (why, name, remedy) => {
  const { board, ask } = newThermometer();
  board.apply("refused_open", { why });
  await expect(ask("T?\r")).rejects.toMatchObject({ name, message: expect.stringContaining(remedy) });
  board.end("refused_open");
  expect(await ask("T?\r")).toBe("20.1\r\n");
});

test("a device that is reset says its banner, and has forgotten what it was told", async () => {
  const { board, ask } = newThermometer();
  await ask("H1\r");
  board.apply("reset", {});
  expect(await ask("")).toBe("hello\r\n");
  expect(await ask("H?\r")).toBe("0\r\n");
});

test("something unasked is said at once", async () => {
  const { clock, board, ask } = newThermometer();
  await ask("");
  clock.after(10, () => void board.apply("unasked", { text: "20.2" }));
  expect(await ask("")).toBe("20.2\r\n");
});

test("every fault of the line ends with all others, in any company", async () => {
  const { board, ask, reopen } = newThermometer();
  for (const [name, parameters] of heard) board.apply(name, parameters);
  for (const name of ["unplugged", "replugged", "other_device"]) board.apply(name, {});
  board.apply("refused_open", { why: "EIO" });
  board.endAll();
  await reopen();
  expect(await ask("T?\r")).toBe("20.1\r\n");
  expect(Object.values(board.list()).filter(({ active }) => active !== null)).toEqual([]);
});
