import { describe, expect, it } from "vitest";
import { DeviceFaultError, DeviceResetError, DisconnectedError } from "../../src/errors.ts";
import { dialogue, outcome, say, silent } from "./dialogue.ts";

describe("a line that is out of step", () => {
  it("sends nothing before it has been silent and its probe is answered", async () => {
    const { clock, connection, commands, answer } = await dialogue({
      replyTimeoutMs: 50,
      resync: { quietMs: 200, probe: "?" },
    });
    answer(silent);
    const lost = outcome(connection.request("A"));
    const next = connection.request("B");
    await clock.advance(100);
    expect(await lost).toBe("DeviceTimeoutError");
    answer((command) => say(`<${command}>`));
    await clock.advance(140);
    expect(commands).toEqual(["A"]);
    expect(await clock.until(next)).toBe("<B>");
    expect(commands).toEqual(["A", "?", "B"]);
  });

  it("waits for silence again after the probe, as its answer may have been a late one", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 50, resync: { quietMs: 30, probe: "?" } });
    answer((command) => (command === "A" ? say("<A>", 82) : say(`<${command}>`, 10)));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("passes over what does not answer the probe", async () => {
    const { clock, connection, commands, answer } = await dialogue({
      replyTimeoutMs: 50,
      resync: { quietMs: 20, probe: "?", accepts: (reply) => reply === "pump 1" },
    });
    answer((command) => {
      if (command === "A") return [];
      return command === "?" ? [...say("busy", 1), ...say("pump 1", 5)] : say("done");
    });
    await clock.until(outcome(connection.request("A")));
    expect(await clock.until(connection.request("B"))).toBe("done");
    expect(commands).toEqual(["A", "?", "B"]);
  });

  it("needs only silence where there is no probe", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 50 });
    answer(silent);
    await clock.until(outcome(connection.request("A")));
    answer((command) => say(`<${command}>`));
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["A", "B"]);
    expect(clock.now()).toBeGreaterThan(150);
  });

  it("is given up when the probe is answered by nobody, three times", async () => {
    const { clock, connection, commands, answer, losses, link } = await dialogue({
      replyTimeoutMs: 50,
      resync: { probe: "?" },
    });
    answer(silent);
    const first = outcome(connection.request("A"));
    const second = connection.request("B").catch((error: unknown) => error);
    expect(await clock.until(first)).toBe("DeviceTimeoutError");
    expect(await clock.until(second)).toBeInstanceOf(DisconnectedError);
    expect(commands).toEqual(["A", "?", "?", "?"]);
    expect(losses).toHaveLength(1);
    expect(losses[0]?.message).toMatch(/pump is unresponsive: it does not answer/);
    expect(await outcome(connection.request("C"))).toBe("DisconnectedError");
    // The port is free again.
    await link.open({ baudRate: 9600 }, { data: () => {}, closed: () => {} });
  });

  it("is given up when the noise does not end", async () => {
    const {
      clock,
      connection,
      answer,
      losses,
      say: speak,
      logged,
    } = await dialogue({
      replyTimeoutMs: 50,
      resync: { quietMs: 20 },
    });
    answer(silent);
    connection.request("A").catch(() => {});
    await clock.advance(55);
    for (let passed = 0; passed < 3000; passed += 10) {
      speak("noise");
      await clock.advance(10);
    }
    expect(losses[0]?.message).toMatch(/does not fall silent/);
    // At most one line a second about the noise itself.
    expect(logged.filter((line) => line.includes("noise"))).toHaveLength(3);
  });

  it("is regained although the device sends a reading each second, which answers nothing", async () => {
    const isLast = (reply: string) => reply.startsWith("<");
    const regained = async (spontaneous: (reply: string) => boolean) => {
      const { clock, connection, answer, commands, ...device } = await dialogue({
        replyTimeoutMs: 2000,
        resync: { probe: "?", accepts: (reply) => reply === "<?>", spontaneous },
      });
      const beat = () => {
        device.say("7.01");
        clock.after(1000, beat);
      };
      beat();
      answer(silent);
      void outcome(connection.collect("A", isLast));
      // The first proof is not given either, so that a late one is waited for.
      await clock.advance(5000);
      answer((command) => say(`<${command}>`));
      return [await clock.until(outcome(connection.collect("B", isLast))), commands];
    };
    expect(await regained((reply) => reply === "7.01")).toEqual([["<B>"], ["A", "?", "?", "B"]]);
    // Unless it is told what the device says by itself, each reading may be a late answer.
    expect(await regained(() => false)).toEqual(["DisconnectedError", ["A"]]);
  });

  it("tells the running invocation what its recipe makes the device forget", async () => {
    const { clock, connection, answer, alarms } = await dialogue({
      replyTimeoutMs: 50,
      resync: { probe: "@", loses: ["tare", "units"] },
    });
    answer((command) => (command === "A" ? [] : say(`<${command}>`)));
    await clock.until(outcome(connection.request("A")));
    await clock.until(connection.request("B"));
    expect(alarms[0]).toBeInstanceOf(DeviceResetError);
    expect(alarms[0]?.message).toContain("tare, units");
  });

  it("forgets the half of a message that came before the silence", async () => {
    const { clock, connection, answer, link } = await dialogue({ replyTimeoutMs: 50 });
    answer(silent);
    const first = outcome(connection.request("A"));
    await clock.advance(10);
    link.device.send(Buffer.from("half a mess"));
    expect(await clock.until(first)).toBe("DeviceTimeoutError");
    answer((command) => say(`<${command}>`));
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("refuses a probe that cannot be sent before it opens the port", async () => {
    await expect(dialogue({ resync: { probe: "\u0007" } })).rejects.toThrow(/cannot be sent/);
  });
});

describe("an alarm", () => {
  const observe = (reply: string) => (reply.includes("STALL") ? new DeviceFaultError("stalled") : undefined);

  it("in a reply fails the exchange and reaches the running invocation", async () => {
    const { clock, connection, answer, alarms } = await dialogue({ observe });
    answer(() => say("STALL"));
    await expect(clock.until(connection.request("A"))).rejects.toBeInstanceOf(DeviceFaultError);
    expect(alarms).toHaveLength(1);
  });

  it("in a long reply fails the exchange at once and leaves the rest of it to nobody else", async () => {
    const { clock, connection, answer } = await dialogue({ observe });
    answer((command) => (command === "A" ? [...say("STALL", 5), ...say("ok", 300)] : say(`<${command}>`)));
    const failed = outcome(connection.collect("A", (reply) => reply === "ok"));
    const next = connection.request("B");
    expect(await clock.until(failed)).toBe("DeviceFaultError");
    expect(clock.now()).toBeLessThan(10);
    expect(await clock.until(next)).toBe("<B>");
  });

  it("in a late reply reaches the running invocation too, as the device tells it only once", async () => {
    const { clock, connection, answer, alarms } = await dialogue({ replyTimeoutMs: 50, observe });
    answer(() => say("STALL", 80));
    expect(await clock.until(outcome(connection.request("A")))).toBe("DeviceTimeoutError");
    await clock.advance(500);
    expect(alarms).toHaveLength(1);
  });

  it("that is the driver's own mistake fails the exchange as such", async () => {
    const { clock, connection, alarms } = await dialogue({
      observe() {
        throw new TypeError("undefined is not a function");
      },
    });
    expect(await clock.until(outcome(connection.request("A")))).toBe("DefinitionError");
    expect(alarms[0]?.cause).toBeInstanceOf(TypeError);
  });
});
