import { describe, expect, it } from "vitest";
import { currentInvocation } from "../../src/ambient.ts";
import { ambient } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DeviceFaultError, DisconnectedError, MalformedReplyError, PortMissingError } from "../../src/errors.ts";
import type { ByteListener, ByteStream } from "../../src/transport/byte-stream.ts";
import { lines } from "../../src/transport/lines.ts";
import { as, countingTimers, dialogue, openAlone, outcome, say, TestWork } from "./dialogue.ts";

const settings = (open: () => Promise<ByteStream>, options = {}) => ({
  open,
  options: { baudRate: 9600, codec: lines("\n"), ...options },
  name: "pump",
  clock: new DiscreteClock(),
  alarm: () => {},
  lost: () => {},
  log: () => {},
});

describe("what the device says unasked", () => {
  it("goes to its receiver, in the context that opened the port, though an exchange is under way", async () => {
    const seen: unknown[] = [];
    const { clock, connection, answer } = await dialogue({
      unsolicited: {
        matches: (message) => message.startsWith("!"),
        receive: (message) => void seen.push([message, ambient(), currentInvocation()]),
      },
    });
    answer(() => [...say("!door"), ...say("!lid"), ...say("done")]);
    const work = new TestWork(clock);
    expect(await clock.until(work.run(() => connection.request("A")))).toBe("done");
    expect(seen).toEqual([
      ["!door", undefined, undefined],
      ["!lid", undefined, undefined],
    ]);
  });

  it("ends what runs by the error that its receiver returns, but not the exchange under way", async () => {
    const stalled = new DeviceFaultError("it has stalled");
    const { clock, connection, answer, alarms } = await dialogue({
      unsolicited: { matches: (message) => message.startsWith("!"), receive: () => stalled },
    });
    answer(() => [...say("!stall"), ...say("done")]);
    expect(await clock.until(connection.request("A"))).toBe("done");
    expect(alarms).toEqual([stalled]);
  });

  it("is logged when nobody is there for it", async () => {
    const { clock, say: speak, link, logged } = await dialogue();
    speak("hello");
    await clock.advance(10);
    expect(logged).toEqual(["warning: nobody waits for this message: hello"]);
    link.device.send(Buffer.alloc(5000, "x"));
    speak("late");
    await clock.advance(1500);
    speak("later");
    await clock.advance(10);
    expect(logged.at(-1)).toMatch(/later \(and 2 like this before it\)/);
  });

  it.each([
    [new TypeError("oops"), [expect.objectContaining({ code: "BENCHD_DEFINITION", cause: new TypeError("oops") })]],
    [new DeviceFaultError("it has stalled"), [new DeviceFaultError("it has stalled")]],
    [new MalformedReplyError("half of it is missing"), []],
  ])(
    "F03: ends what runs when the driver fails on it, as it may have been an alarm, and nothing else: %s",
    async (error, ended) => {
      const { clock, connection, answer, alarms, logged } = await dialogue({
        unsolicited: {
          matches: (message) => message.startsWith("!"),
          receive() {
            throw error;
          },
        },
      });
      answer(() => [...say("!door"), ...say("done")]);
      expect(await clock.until(connection.request("A"))).toBe("done");
      expect([alarms, logged[0]]).toEqual([ended, expect.stringMatching(/^error: the driver failed on a message: /)]);
    },
  );

  it("F03: does not fill the log when the driver fails on all of a flood", async () => {
    const {
      clock,
      say: speak,
      logged,
    } = await dialogue({
      unsolicited: {
        matches: () => true,
        receive() {
          throw new TypeError("oops");
        },
      },
    });
    for (let n = 0; n < 1000; n++) {
      speak("!door");
      await clock.advance(10);
    }
    expect(logged.length).toBeLessThanOrEqual(11);
  });
});

describe("a line that breaks", () => {
  it("fails what has left with an unknown outcome, and what waits without", async () => {
    const { clock, connection, link, losses } = await dialogue();
    const left = connection.request("A").catch((error: unknown) => error);
    const waits = connection.request("B").catch((error: unknown) => error);
    await clock.advance(1);
    link.device.unplug();
    expect(await left).toMatchObject({ name: "DisconnectedError", outcome: "unknown" });
    expect(await waits).toMatchObject({ name: "DisconnectedError", outcome: undefined });
    expect(losses).toHaveLength(1);
    expect(losses[0]).toBeInstanceOf(DisconnectedError);
    await connection.close();
    expect(losses).toHaveLength(1);
    await clock.advance(10);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("is told once when a write finds out", async () => {
    const lost: Error[] = [];
    const cause = new DisconnectedError("gone");
    const stream = { write: () => Promise.reject(cause), close: () => Promise.reject(new DisconnectedError("stuck")) };
    const logged: string[] = [];
    const connection = await openAlone({
      ...settings(async () => stream),
      lost: (error: Error) => lost.push(error),
      log: (_, message: string) => logged.push(message),
    });
    expect(await outcome(connection.request("A"))).toBe("DisconnectedError");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.cause).toBe(cause);
    expect(logged).toEqual([expect.stringContaining("did not close")]);
  });

  it("can be opened again once the device is back", async () => {
    const { clock, connection, link } = await dialogue();
    link.device.unplug();
    expect(await outcome(connection.request("A"))).toBe("DisconnectedError");
    await expect(link.open({ baudRate: 9600 }, { data: () => {}, closed: () => {} })).rejects.toBeInstanceOf(
      PortMissingError,
    );
    link.device.plug();
    const again = await openAlone({
      ...settings(() => Promise.reject(new DisconnectedError("unused"))),
      clock,
      open: link.open,
    });
    expect(await clock.until(again.request("B"))).toBe("<B>");
  });
});

describe("closing", () => {
  it("ends all that waits, keeps no timer and tells nobody that the device is lost", async () => {
    const { clock, connection, losses } = await dialogue();
    const asked = ["A", "B"].map((question) => outcome(connection.request(question)));
    const group = outcome(connection.exclusive(() => connection.request("C")));
    await clock.advance(1);
    await connection.close();
    expect(await Promise.all([...asked, group])).toEqual([
      "DisconnectedError",
      "DisconnectedError",
      "DisconnectedError",
    ]);
    expect(losses).toEqual([]);
    expect(await outcome(connection.request("D"))).toBe("DisconnectedError");
    expect(await outcome(connection.send("D"))).toBe("DisconnectedError");
    expect(await outcome(connection.exclusive(() => connection.send("D")))).toBe("DisconnectedError");
    await clock.advance(20);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("may be done twice, and by `await using`", async () => {
    const { connection } = await dialogue();
    await connection[Symbol.asyncDispose]();
    await connection.close();
  });

  it("settles also what a port neither takes nor refuses, before the port has closed", async () => {
    const counted = countingTimers(new DiscreteClock());
    const never = new Promise<void>(() => {});
    let port: ByteListener | undefined;
    const open = async (_: unknown, listener: ByteListener) => {
      port = listener;
      return { write: () => never, close: () => never };
    };
    const connection = await openAlone({ ...settings(() => never as never), open, clock: counted.clock });
    const asked = [connection.request("A"), connection.breakIn("!"), connection.send("B")].map(outcome);
    void connection.close();
    expect(await Promise.all(asked)).toEqual(["BrokenOffError", "DisconnectedError", "DisconnectedError"]);
    port?.data(Buffer.from("a late reply\n"));
    expect(counted.timers()).toBe(0);
  });

  it("ends a resynchronisation", async () => {
    const { clock, connection, losses } = await dialogue();
    await clock.until(connection.breakIn("!"));
    await connection.close();
    await clock.advance(10);
    expect(clock.nextDue()).toBeUndefined();
    expect(losses).toEqual([]);
  });
});

describe("opening", () => {
  it("that is cancelled closes the port as soon as it is open", async () => {
    const clock = new DiscreteClock();
    const work = new TestWork(clock, "open");
    let closed = false;
    let open: (stream: ByteStream) => void = () => {};
    const opening = new Promise<ByteStream>((resolve) => {
      open = resolve;
    });
    const opened = outcome(work.run(() => openAlone(settings(() => opening))));
    work.cancel();
    expect(await opened).toBe("InvocationCancelledError");
    open({
      write: async () => {},
      close: async () => {
        closed = true;
      },
    });
    await clock.advance(0);
    expect(closed).toBe(true);
  });

  it("that fails says why", async () => {
    const missing = new PortMissingError("no such port");
    await expect(openAlone(settings(() => Promise.reject(missing)))).rejects.toBe(missing);
  });

  it("fails when the port closes before it is open", async () => {
    const cause = new DisconnectedError("unplugged");
    const open = async (_: unknown, listener: ByteListener) => {
      listener.data(Buffer.from("boot"));
      listener.closed(cause);
      return { write: async () => {}, close: async () => {} };
    };
    await expect(openAlone({ ...settings(() => Promise.reject(cause)), open })).rejects.toMatchObject({
      name: "DisconnectedError",
      cause,
    });
  });

  it("survives a codec that throws", async () => {
    const bench = await dialogue({
      codec: {
        encode: (message) => Buffer.from(message),
        decoder: () => ({
          push() {
            throw new TypeError("oops");
          },
          reset() {},
        }),
      },
    });
    const asked = outcome(as(bench, "run", () => bench.connection.request("A\n")));
    expect(await bench.clock.until(asked)).toBe("MalformedReplyError");
  });

  it("works with messages that are no text", async () => {
    const bench = await dialogue();
    const connection = await openAlone<{ n: number }>({
      ...settings(() => Promise.reject(new DisconnectedError("unused"))),
      open: async (_, listener) => {
        queueMicrotask(() => listener.data(Buffer.from([1, 2])));
        return { write: async () => listener.data(Buffer.from([3, 4])), close: async () => {} };
      },
      options: {
        baudRate: 9600,
        codec: {
          encode: ({ n }) => Uint8Array.of(n),
          decoder: (sink) => ({
            push(bytes) {
              for (const n of bytes) sink.message({ n });
            },
            reset() {},
          }),
        },
      },
    });
    expect(await connection.request({ n: 7 })).toEqual({ n: 3 });
    await bench.connection.close();
  });
});
