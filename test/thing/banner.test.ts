import { defineThing, lines, sleep, Type } from "benchd/driver";
import { defineTwin, openThing, simulateSerial } from "benchd/testing";
import { expect, test } from "vitest";

/** A board that DTR resets: it swallows what it is told for a second, then says who it is. */
const twin = defineTwin(({ clock }) => {
  let booting = false;
  const boot = () => {
    booting = true;
    clock.after(1000, () => {
      booting = false;
      serial.say("Board 1.0");
    });
  };
  const serial = simulateSerial({
    clock,
    baudRate: 115_200,
    commandEnd: "\n",
    frame: (reply) => `${reply}\n`,
    prepare: (raw) => (booting ? undefined : raw),
    rules: [
      [/MOVE/, () => undefined],
      [/.*/, () => "ok"],
    ],
    opened: boot,
    poweredUp: boot,
  });
  return { ...serial, boot };
});

const definition = defineThing({
  title: "Board",
  config: Type.Object({}),
  actions: { move: { title: "Move" }, wait: { title: "Wait between two questions" } },
  async open({ serial }) {
    const line = await serial.open({
      baudRate: 115_200,
      codec: lines("\n"),
      replyTimeoutMs: 5000,
      banner: { matches: (message) => message.startsWith("Board "), withinMs: 3000 },
    });
    return {
      identify: async () => ({ model: await line.request("NAME") }),
      invoke: {
        async move() {
          await line.request("MOVE");
        },
        async wait() {
          await line.request("A");
          await sleep(60_000);
        },
      },
    };
  },
});

test("a board that starts when its port is opened is asked nothing before it has said its banner", async () => {
  const { bench, thing, twin: board } = await openThing({ definition, twin });
  expect([thing.state, board.commands]).toEqual(["ready", ["NAME"]]);
  expect(bench.clock.now()).toBeGreaterThan(1000);
  await bench.close();
});

test.each(["move", "wait"])(
  "F17: a reset in the middle of %s ends it as deviceReset, and opens the Thing whole",
  async (action) => {
    const { bench, thing, twin: board } = await openThing({ definition, twin });
    const { generation } = thing;
    const running = bench.start("thing", action);
    await bench.clock.advance(100);
    board.boot();
    await bench.ended(running);
    expect([running.status, running.error?.name]).toEqual(["error", "DeviceResetError"]);
    await bench.clock.advance(10_000);
    expect([thing.state, thing.generation]).toEqual(["ready", generation + 1]);
    expect(board.commands.filter((command) => command === "NAME")).toHaveLength(2);
    await bench.close();
  },
);
