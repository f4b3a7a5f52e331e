import { defineTwin, openBench, simulateSerial } from "benchd/testing";
import { expect, test } from "vitest";
import { DeviceFaultError, defineThing, lines, MalformedReplyError, Type } from "../../src/driver.ts";

/** Two questions with answers that look different, and a stop that has to be confirmed. */
const definition = defineThing({
  title: "Scale",
  config: Type.Object({}),
  properties: {
    weight: { title: "Weight", schema: Type.Number(), readOnly: true, maxAgeMs: 0 },
    unit: { title: "Unit", schema: Type.String(), readOnly: true, maxAgeMs: 0 },
  },
  async open({ serial }) {
    const line = await serial.open({
      baudRate: 9600,
      codec: lines("\n"),
      replyTimeoutMs: 200,
      resync: { probe: "ID", accepts: (reply) => reply === "scale" },
    });
    const ask = async (question: string, form: RegExp) => {
      const reply = await line.request(question);
      if (!form.test(reply)) throw new MalformedReplyError(`the scale answers ${question} with ${reply}`);
      return reply;
    };
    let opened = false;
    return {
      read: { weight: async () => Number(await ask("W", /^\d+$/)), unit: () => ask("U", /^[a-z]+$/) },
      async stop() {
        if (opened) await line.breakIn("STOP");
        opened = true;
        if ((await line.request("MOVING")) !== "no") throw new DeviceFaultError("it still moves");
      },
    };
  },
});
const twin = defineTwin(({ clock }) =>
  simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\n",
    frame: (reply) => `${reply}\n`,
    rules: [
      [/ID/, () => "scale"],
      [/W/, () => "42"],
      [/U/, () => "g"],
      [/STOP/, () => "stopped"],
      [/MOVING/, () => "no"],
    ],
  }),
);

test("a reply that makes no sense to the driver costs one reading: the line is proven before the next", async () => {
  const bench = await openBench({ scale: { definition, twin } });
  // A line that the device says by itself, just as it is asked: from here on every answer would be one behind.
  const told = bench.twins.scale.override(/W/, () => {
    told();
    bench.twins.scale.say("kg");
    return "42";
  });
  await expect(bench.read("scale", "weight")).rejects.toBeInstanceOf(MalformedReplyError);
  expect([await bench.read("scale", "unit"), await bench.read("scale", "weight")]).toEqual(["g", 42]);
  expect(bench.twins.scale.commands.slice(-4)).toEqual(["W", "ID", "U", "W"]);
  await bench.close();
});

test("a stop that is sent and not confirmed leaves an outcome that nobody knows", async () => {
  const bench = await openBench({ scale: { definition, twin } });
  bench.twins.scale.override(/MOVING/, "yes");
  const stop = await bench.run("scale", "stop");
  expect([stop.status, stop.error?.message, stop.outcome]).toEqual(["error", "it still moves", "unknown"]);
  await bench.close();
});

test("what a device says is quoted legibly, and not at any length", () => {
  const { message } = new DeviceFaultError(`it says \u009b2J\n${"x".repeat(5000)}`);
  expect(message).toMatch(/^it says \\x9b2J\\x0ax+…$/);
  expect(message.length).toBeLessThan(2100);
});
