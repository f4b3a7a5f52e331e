import { describe, expect, it } from "vitest";
import { DeviceFaultError, DeviceTimeoutError, InputError, MalformedReplyError } from "../../src/errors.ts";
import { as, dialogue, echo, outcome, say, silent, TestWork } from "./dialogue.ts";

describe("an exchange", () => {
  it("is answered by the next message", async () => {
    const { clock, connection } = await dialogue();
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("takes a reply that comes byte by byte", async () => {
    const { clock, connection } = await dialogue({}, 1);
    expect(await clock.until(connection.request("A"))).toBe("<A>");
  });

  it("is not sent before the one before it has its reply, though two replies come in one chunk", async () => {
    const { clock, connection, commands, answer } = await dialogue();
    answer((command) => (command === "A" ? say("1\n2") : say("3")));
    const first = connection.request("A");
    const second = connection.request("B");
    await clock.advance(1);
    expect(commands).toEqual(["A"]);
    expect(await clock.until(first)).toBe("1");
    expect(await clock.until(second)).toBe("3");
  });

  it("waits for nothing when the device does not answer", async () => {
    const { clock, connection, commands, answer } = await dialogue();
    answer(silent);
    await clock.until(connection.send("A"));
    expect(commands).toEqual(["A"]);
    expect(clock.now()).toBeLessThan(1);
  });

  it("gathers messages up to the one that ends the reply", async () => {
    const { clock, connection, answer } = await dialogue();
    answer(() => [{ text: "1" }, { text: "2" }, { text: "ok" }]);
    expect(await clock.until(connection.collect("A", (reply) => reply === "ok"))).toEqual(["1", "2", "ok"]);
  });

  it("may be silent for the time-out between two messages of a long reply", async () => {
    const { clock, connection, answer } = await dialogue();
    answer(() => [
      { text: "1", afterMs: 900 },
      { text: "ok", afterMs: 1800 },
    ]);
    expect(await clock.until(connection.collect("A", (reply) => reply === "ok"))).toEqual(["1", "ok"]);
  });

  it("gives up on a device that does not stop talking", async () => {
    const { clock, connection, answer } = await dialogue();
    answer((command) => (command === "A" ? Array.from({ length: 1001 }, () => ({ text: "." })) : echo(command)));
    await expect(clock.until(connection.collect("A", () => false))).rejects.toBeInstanceOf(MalformedReplyError);
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("fails with the driver's error when the driver cannot judge the reply", async () => {
    const { clock, connection } = await dialogue();
    const fault = new DeviceFaultError("no");
    const asked = connection.collect("A", () => {
      throw fault;
    });
    await expect(clock.until(asked)).rejects.toBe(fault);
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("refuses what the codec cannot send, and sends nothing", async () => {
    const { clock, connection, commands } = await dialogue();
    await expect(connection.request("A\nB")).rejects.toBeInstanceOf(InputError);
    await expect(connection.breakIn("\u010a")).rejects.toBeInstanceOf(InputError);
    await clock.advance(10);
    expect(commands).toEqual([]);
  });

  it("fails when the device is silent, and says that nobody knows what became of it", async () => {
    const { clock, connection, answer, logged } = await dialogue({ replyTimeoutMs: 300 });
    answer(silent);
    const error = await clock.until(connection.request("A").catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(DeviceTimeoutError);
    expect(error).toMatchObject({ outcome: "unknown", message: expect.stringContaining("A\\n within 300 ms") });
    expect(clock.now()).toBeCloseTo(300, 0);
    expect(logged[0]).toMatch(/^warning: .*\n\+0\.0 ms > A\\n$/);
  });

  it("has a time-out of its own if told", async () => {
    const { clock, connection, answer } = await dialogue();
    answer(() => say("late", 2500));
    expect(await clock.until(connection.request("A", { timeoutMs: 3000 }))).toBe("late");
  });

  it("fails when the port takes no bytes", async () => {
    const { clock, connection, link } = await dialogue();
    link.device.pause();
    const sent = connection.send("A");
    await expect(clock.until(sent)).rejects.toThrow(/did not take A/);
    link.device.resume();
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });

  it("fails at once on bytes that are no message", async () => {
    const { clock, connection, answer } = await dialogue({ replyTimeoutMs: 60_000 });
    answer((command) => (command === "A" ? say("x".repeat(5000)) : echo(command)));
    const error = await clock.until(connection.request("A").catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(MalformedReplyError);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(await clock.until(connection.request("B"))).toBe("<B>");
  });
});

describe("equal reads", () => {
  it("share one exchange, also with polls, and also when it is under way", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const polled = as(bench, "poll", () => connection.request("T"));
    const read = as(bench, "read", () => connection.request("T"));
    await clock.advance(1);
    const late = as(bench, "read", () => connection.request("T"));
    expect(await clock.until(Promise.all([polled, read, late]))).toEqual(["<T>", "<T>", "<T>"]);
    expect(commands).toEqual(["T"]);
  });

  it("do not share with what an action asks, with another question or with another time-out", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const asked = [
      as(bench, "run", () => connection.request("T")),
      as(bench, "read", () => connection.request("T")),
      as(bench, "read", () => connection.request("U")),
      as(bench, "read", () => connection.request("T", { timeoutMs: 50 })),
      as(bench, "read", () => connection.send("T")),
    ];
    await clock.until(Promise.all(asked));
    expect(commands).toEqual(["T", "T", "U", "T", "T"]);
  });

  it("are asked anew when all who shared the exchange under way have left", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const reader = new TestWork(clock, "read");
    const left = outcome(reader.run(() => connection.request("T")));
    await clock.advance(1);
    reader.cancel();
    const read = as(bench, "read", () => connection.request("T"));
    expect(await clock.until(read)).toBe("<T>");
    expect(await left).toBe("InvocationCancelledError");
    expect(commands).toEqual(["T", "T"]);
  });

  it("move up to the turn of the most important of them", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const asked = [
      as(bench, "run", () => connection.request("A")),
      as(bench, "read", () => connection.request("B")),
      as(bench, "poll", () => connection.request("T")),
      as(bench, "poll", () => connection.request("P")),
      as(bench, "read", () => connection.request("T")),
      as(bench, "read", () => connection.request("C")),
    ];
    await clock.until(Promise.all(asked));
    expect(commands).toEqual(["A", "B", "T", "C", "P"]);
  });
});

describe("the wire", () => {
  it("serves urgent work, then actions, writes, reads and polls, each kind in its order", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const kinds = ["poll", "read", "write", "open", "run", "urgent", "write", "urgent"] as const;
    const asked = kinds.map((kind, index) => as(bench, kind, () => connection.request(`${kind}${index}`)));
    const none = connection.request("none8");
    await clock.until(Promise.all([...asked, none]));
    expect(commands).toEqual(["poll0", "urgent5", "urgent7", "open3", "run4", "none8", "write2", "write6", "read1"]);
  });

  it("refuses more than 200 that wait, and goes on serving the others", async () => {
    const bench = await dialogue();
    const { clock, connection } = bench;
    const asked = Array.from({ length: 202 }, (_, index) => outcome(connection.request(`Q${index}`)));
    expect(await asked[201]).toBe("PortBusyError");
    expect(await clock.until(Promise.all(asked.slice(0, 201)))).toHaveLength(201);
  });

  it("lets in what is urgent however many wait", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const asked = Array.from({ length: 202 }, (_, index) => outcome(connection.request(`Q${index}`)));
    const stop = as(bench, "urgent", () => connection.request("STOP"));
    expect(await asked[201]).toBe("PortBusyError");
    expect(await clock.until(stop)).toBe("<STOP>");
    expect(commands).toEqual(["Q0", "STOP"]);
    await clock.until(Promise.all(asked));
  });
});
