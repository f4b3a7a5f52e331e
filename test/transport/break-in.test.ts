import { describe, expect, it } from "vitest";
import { BrokenOffError } from "../../src/errors.ts";
import { dialogue, outcome, say, silent, TestWork } from "./dialogue.ts";

describe("a break-in", () => {
  it("leaves in the same tick, into whatever is under way, and fails it", async () => {
    const { clock, connection, commands, answer, recorder } = await dialogue();
    answer((command) => (command === "MOVE" ? say("moved", 500) : say(`<${command}>`)));
    const moving = connection.request("MOVE").catch((error: unknown) => error);
    await clock.advance(10);
    const { next } = recorder;
    const stopped = connection.breakIn("!");
    expect(recorder.excerpt(next)).toBe("+0.0 ms > !\\n");
    await clock.until(stopped);
    expect(await moving).toBeInstanceOf(BrokenOffError);
    expect(await moving).toMatchObject({ outcome: "unknown" });
    expect(commands).toEqual(["MOVE", "!"]);
  });

  it("goes ahead of all that waits, which is asked when the line is in step again", async () => {
    const { clock, connection, commands } = await dialogue({ resync: { quietMs: 50, probe: "?" } });
    const first = outcome(connection.request("A"));
    const second = connection.request("B");
    await clock.until(connection.breakIn("!"));
    expect(await first).toBe("BrokenOffError");
    expect(await clock.until(second)).toBe("<B>");
    expect(commands).toEqual(["A", "!", "?", "B"]);
    expect(clock.now()).toBeGreaterThan(100);
  });

  it("enters a group that holds the wire, and a line that is out of step", async () => {
    const { clock, connection, commands, answer } = await dialogue({ replyTimeoutMs: 50 });
    answer(silent);
    const group = outcome(connection.exclusive(() => connection.request("A")));
    await clock.advance(1);
    await clock.until(connection.breakIn("!"));
    expect(await group).toBe("BrokenOffError");
    await clock.advance(60);
    await clock.until(connection.breakIn("!"));
    expect(commands).toEqual(["A", "!", "!"]);
  });

  it("leaves though the work is cancelled, but not when it is fenced", async () => {
    const { clock, connection, commands } = await dialogue();
    const work = new TestWork(clock, "urgent");
    work.cancel();
    expect(await outcome(work.run(() => connection.breakIn("!")))).toBe("InvocationCancelledError");
    work.fence();
    expect(await outcome(work.run(() => connection.breakIn("@")))).toBe("FencedError");
    await clock.advance(10);
    expect(commands).toEqual(["!"]);
  });

  it("says so when the port does not take it", async () => {
    const { clock, connection, link } = await dialogue({ replyTimeoutMs: 80 });
    link.device.pause();
    const error = await clock.until(connection.breakIn("!").catch((reason: unknown) => reason));
    expect(error).toMatchObject({ name: "DeviceTimeoutError", outcome: "unknown" });
  });

  it("says so when the device goes before it has taken it", async () => {
    const { clock, connection, link } = await dialogue();
    const stopped = connection.breakIn("!").catch((reason: unknown) => reason);
    link.device.unplug();
    expect(await stopped).toMatchObject({ name: "DisconnectedError", outcome: "unknown" });
    expect(await outcome(connection.breakIn("!"))).toBe("DisconnectedError");
    await clock.advance(1000);
  });
});
