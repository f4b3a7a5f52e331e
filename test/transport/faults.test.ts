import { describe, expect, it, test } from "vitest";
import { DeviceFaultError } from "../../src/errors.ts";
import { lines } from "../../src/transport/lines.ts";
import { packets } from "../../src/transport/packets.ts";
import { dialogue, outcome, say, silent, TestWork } from "./dialogue.ts";

const probe = "?";
const accepts = (reply: string) => reply === "<?>";

describe("F13: a reply that comes after its time-out", () => {
  it.each([
    ["10 ms late", 510],
    ["1 s late", 1500],
  ])("%s answers nobody, also where no probe tells it from others", async (_, afterMs) => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 500 });
    answer((command) => say(`<${command}>`, command === "A" ? afterMs : 5));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(logged.filter((line) => line.includes("nobody waits for this message: <A>"))).toHaveLength(1);
  });

  it("after the next command was sent, which is the probe, answers nobody", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 500, resync: { probe, accepts } });
    answer((command) => (command === "A" ? [] : [...(command === probe ? say("<A>", 1) : []), ...say(`<${command}>`)]));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["A", probe, "B"]);
  });

  it("is told in one line with what went over the wire", async () => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 500 });
    answer(silent);
    await clock.until(outcome(connection.request("A")));
    const told = "pump did not answer A\\n within 500 ms: check its power, cable and baud rate";
    expect(logged[0]).toBe(`warning: ${told}\n+0.0 ms > A\\n`);
  });
});

describe("a garbled reply", () => {
  it("counts as owed until its exchange's time-out, and no longer", async () => {
    const { clock, connection, commands, answer, link } = await dialogue({
      replyTimeoutMs: 500,
      codec: lines({ send: "\n", start: "<", receive: ">\n" }),
      resync: { quietMs: 50, probe: "?" },
    });
    answer((command) => (command === "A" ? [] : say(`<${command}>`)));
    const broken = outcome(connection.request("A"));
    await clock.advance(100);
    link.device.send(Buffer.from("xxA>\n"));
    expect(await clock.until(broken)).toBe("MalformedReplyError");
    expect(await clock.until(connection.request("B"))).toBe("B");
    expect(commands).toEqual(["A", "?", "B"]);
    expect(clock.now()).toBeGreaterThan(500);
    expect(clock.now()).toBeLessThan(700);
  });
});

describe("F14: however the bytes come", () => {
  it.each(["\r", "\n", "\r\n"])("a line that ends in %j is read where any of them may end it", async (end) => {
    const { clock, connection, link } = await dialogue({
      codec: lines({ send: "\n", receive: ["\r", "\n", "\r\n"] }),
    });
    for (const question of ["A", "B"]) {
      const asked = connection.request(question);
      await clock.advance(1);
      link.device.send(Buffer.from(`1${question}${end}`));
      expect(await clock.until(asked)).toBe(`1${question}`);
    }
  });

  it("a message that nothing ends is over when nothing more comes", async () => {
    const { clock, connection, answer, link } = await dialogue({
      codec: lines({ send: "\n", receive: { idleMs: 20 } }),
    });
    answer(silent);
    const asked = connection.request("A");
    for (const piece of ["12", "3.4", " g"]) {
      await clock.advance(15);
      link.device.send(Buffer.from(piece));
    }
    expect(await clock.until(asked)).toBe("123.4 g");
  });

  it("an unsolicited line between question and answer is no answer", async () => {
    const told: string[] = [];
    const unsolicited = {
      matches: (line: string) => line.startsWith("!"),
      receive: (line: string) => void told.push(line),
    };
    const { clock, connection, answer } = await dialogue({ unsolicited });
    answer((command) => [...say("! door", 1), ...say(`<${command}>`)]);
    expect(await clock.until(connection.request("A"))).toBe("<A>");
    expect(told).toEqual(["! door"]);
  });

  it("a device that repeats what it is told is understood, one byte at a time", async () => {
    const { clock, connection, answer } = await dialogue({ echo: true, resync: { probe, accepts } }, 1);
    answer((command) => [...say(command, 1), ...(command === "S" ? [] : say(`<${command}>`, 5))]);
    expect(
      await clock.until(Promise.all([connection.request("A"), connection.send("S"), connection.request("B")])),
    ).toEqual(["<A>", undefined, "<B>"]);
  });

  it("what is not answered has been taken when it was repeated", async () => {
    const { clock, connection, answer, link } = await dialogue({ echo: true });
    answer(silent);
    const sent = connection.send("S");
    await clock.advance(50);
    expect(await Promise.race([sent.then(() => "sent"), Promise.resolve("waiting")])).toBe("waiting");
    link.device.send(Buffer.from("S\n"));
    await clock.until(sent);
    expect(clock.now()).toBeLessThan(60);
  });

  it("another echo than what was sent fails the exchange, and the line gets back into step", async () => {
    const { clock, connection, answer } = await dialogue({ echo: true, resync: { probe, accepts } });
    answer((command) => [...say(command === "A" ? "X" : command, 1), ...say(`<${command}>`, 5)]);
    const error = await clock.until(connection.request("A").catch((reason: unknown) => reason));
    expect(error).toMatchObject({ name: "MalformedReplyError", outcome: "unknown" });
    expect(String(error)).toContain("it does not repeat what it was sent");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("packets are exchanged as lines are", async () => {
    const codec = packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem" });
    const { clock, connection, link } = await dialogue({ codec }, 1);
    link.device.onReceive(() => {});
    const asked = connection.request("VER");
    await clock.advance(1);
    link.device.send(codec.encode("00SNE1000V3.923"));
    expect(await clock.until(asked)).toBe("00SNE1000V3.923");
  });
});

describe("F15: a flood without an end of line", () => {
  it("for 10 minutes is bounded, marks the port as noisy, and slows nobody else", async () => {
    const asking = async (flooded: boolean) => {
      const device = await dialogue({}, 1024);
      const other = await dialogue({ baudRate: 115_200 }, 1024);
      const end = 10 * 60_000;
      const bytes = Buffer.alloc(1024, 0x55);
      const flood = () => {
        device.link.device.send(bytes);
        if (device.clock.now() < end) device.clock.after(100, flood);
      };
      if (flooded) flood();
      let turns = 0;
      for (let now = 0; now < end; now += 60_000) {
        await device.clock.advance(60_000);
        const asked = other.connection.request("A");
        const from = other.clock.now();
        let open = true;
        asked.finally(() => (open = false)).catch(() => {});
        for (; open; turns++) await other.clock.step();
        expect(other.clock.now() - from).toBeLessThan(10);
      }
      return { ...device, turns };
    };
    const { connection, logged, recorder, timers, clock, turns } = await asking(true);
    expect(turns).toBe((await asking(false)).turns);
    expect(connection.noisy).toBe(true);
    expect(logged.filter((line) => line.includes("the line is noisy"))).toHaveLength(1);
    // At most one line a second of the noise itself, none of them long.
    expect(logged.length).toBeLessThan(605);
    expect(Math.max(...logged.map(({ length }) => length))).toBeLessThan(400);
    expect(recorder.entries().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(65_536);
    expect(timers()).toBe(0);
    await clock.advance(10_001);
    expect(connection.noisy).toBe(false);
  });

  it("loses the line of whoever asks into it, with the reason", async () => {
    const { clock, connection, link, losses, answer } = await dialogue({ replyTimeoutMs: 100 }, 1024);
    answer(silent);
    const flood = () => {
      link.device.send(Buffer.alloc(1024, 0x55));
      clock.after(20, flood);
    };
    flood();
    const asked = [connection.request("A"), connection.request("B")].map(outcome);
    await clock.advance(15_000);
    expect(await Promise.all(asked)).toEqual(["MalformedReplyError", "DisconnectedError"]);
    expect(losses[0]?.message).toContain("is unresponsive: it does not fall silent");
  });
});

describe("F18: a stop that the device refuses or does not answer", () => {
  it("is sent, and the question that would confirm it fails", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 100, resync: { probe, accepts } });
    answer(silent);
    await clock.until(connection.breakIn("STOP"));
    expect(await clock.until(outcome(connection.request("MOVING?")))).toBe("DisconnectedError");
    expect(commands[0]).toBe("STOP");
    expect(commands).not.toContain("MOVING?");
  });

  it("fails by what the device says, when it says no", async () => {
    const refused = (reply: string) => (reply === "NAK" ? new DeviceFaultError("it refuses to stop") : undefined);
    const { clock, connection, answer, alarms } = await dialogue({ observe: refused });
    answer((command) => (command === "STOP" ? say("NAK") : say(`<${command}>`)));
    await clock.until(connection.breakIn("STOP"));
    expect(await clock.until(connection.request("MOVING?"))).toBe("<MOVING?>");
    expect(alarms[0]?.message).toBe("it refuses to stop");
  });
});

test("F53: a cancel while an exchange waits for its reply leaves that reply to nobody", async () => {
  const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 500 });
  answer((command) => say(`<${command}>`, 300));
  const work = new TestWork(clock);
  const cancelled = outcome(work.run(() => connection.request("A")));
  const next = connection.request("B");
  await clock.advance(10);
  work.cancel();
  expect(await cancelled).toBe("InvocationCancelledError");
  expect(await clock.until(next)).toBe("<B>");
});

test("F54: an alarm in the answer to a background read reaches whoever runs", async () => {
  const observe = (reply: string) => (reply.includes("A?S") ? new DeviceFaultError("it has stalled") : undefined);
  const { clock, connection, answer, alarms } = await dialogue({ observe });
  answer(() => say("A?S"));
  const polled = new TestWork(clock, "poll").run(() => outcome(connection.request("STATE")));
  expect(await clock.until(polled)).toBe("DeviceFaultError");
  expect(alarms.map(({ message }) => message)).toEqual(["it has stalled"]);
});
