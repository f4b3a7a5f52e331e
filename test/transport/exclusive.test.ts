import { describe, expect, it } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { as, dialogue, outcome, say, TestWork } from "./dialogue.ts";

describe("a group of exchanges", () => {
  it("holds the wire, also against what is more important", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const group = as(bench, "poll", () =>
      connection.exclusive(async () => {
        await connection.request("1");
        await sleep(50);
        await connection.request("2");
      }),
    );
    await clock.advance(1);
    const urgent = as(bench, "urgent", () => connection.request("U"));
    await clock.until(Promise.all([group, urgent]));
    expect(commands).toEqual(["1", "2", "U"]);
  });

  it("waits its turn by the kind of its work", async () => {
    const bench = await dialogue();
    const { clock, connection, commands } = bench;
    const asked = [
      connection.request("A"),
      as(bench, "read", () => connection.exclusive(() => connection.request("G"))),
      as(bench, "run", () => connection.request("B")),
    ];
    await clock.until(Promise.all(asked));
    expect(commands).toEqual(["A", "B", "G"]);
  });

  it("may be formed outside any work, and inside itself", async () => {
    const { clock, connection, commands } = await dialogue();
    const nested = connection.exclusive(() =>
      connection.exclusive(async () => {
        await connection.request("1");
        return connection.request("2");
      }),
    );
    const other = connection.request("3");
    expect(await clock.until(nested)).toBe("<2>");
    await clock.until(other);
    expect(commands).toEqual(["1", "2", "3"]);
  });

  it("may hold two wires", async () => {
    const one = await dialogue();
    const two = await dialogue();
    const group = as(one, "run", () =>
      one.connection.exclusive(() =>
        two.connection.exclusive(() => Promise.all([one.connection.send("1"), two.connection.send("2")])),
      ),
    );
    await one.clock.advance(10);
    await two.clock.advance(10);
    await group;
    expect([one.commands, two.commands]).toEqual([["1"], ["2"]]);
  });

  it("that ends badly, but on its own account, leaves the line in step", async () => {
    const { clock, connection, logged, answer } = await dialogue();
    answer((command) => (command === "A" ? [] : say(`<${command}>`)));
    const group = connection.exclusive(async () => {
      await connection.send("A");
      throw new DeviceFaultError(await connection.request("ERR?"));
    });
    await expect(clock.until(group)).rejects.toThrow("<ERR?>");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(logged).toEqual([]);
  });

  it("that is broken off by a cancel puts the line out of step, once the reply under way is in", async () => {
    const { clock, connection, commands, answer } = await dialogue({ resync: { quietMs: 20, probe: "?" } });
    answer((command) => say(`<${command}>`, command === "1" ? 200 : 5));
    const work = new TestWork(clock);
    const group = outcome(
      work.run(() =>
        connection.exclusive(async () => {
          await connection.request("1");
          await connection.request("2");
        }),
      ),
    );
    await clock.advance(10);
    work.cancel();
    expect(await group).toBe("InvocationCancelledError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(commands).toEqual(["1", "?", "B"]);
    expect(clock.now()).toBeGreaterThan(240);
  });

  it("that is cancelled between two exchanges puts the line out of step", async () => {
    const { clock, connection, commands } = await dialogue({ resync: { quietMs: 20, probe: "?" } });
    const work = new TestWork(clock);
    const group = outcome(
      work.run(() =>
        connection.exclusive(async () => {
          await connection.request("1");
          await sleep(100);
          await connection.request("2");
        }),
      ),
    );
    await clock.advance(50);
    work.cancel();
    expect(await group).toBe("InvocationCancelledError");
    await clock.until(connection.request("B"));
    expect(commands).toEqual(["1", "?", "B"]);
  });

  it("that is cancelled before it has sent anything leaves the line in step", async () => {
    const { clock, connection, logged } = await dialogue();
    const waiting = new TestWork(clock);
    const holding = new TestWork(clock);
    const first = outcome(holding.run(() => connection.exclusive(() => sleep(1000))));
    const second = outcome(waiting.run(() => connection.exclusive(() => connection.request("2"))));
    await clock.advance(10);
    waiting.cancel();
    expect(await second).toBe("InvocationCancelledError");
    holding.cancel();
    expect(await first).toBe("InvocationCancelledError");
    expect(await clock.until(connection.request("B"))).toBe("<B>");
    expect(logged).toEqual([]);
  });

  it("does not stretch to what outlives it", async () => {
    const { clock, connection, commands } = await dialogue();
    let stray: Promise<string> | undefined;
    const group = connection.exclusive(async () => {
      stray = sleep(100).then(() => connection.request("S"));
      await connection.request("1");
    });
    await clock.until(group);
    const other = connection.exclusive(async () => {
      await sleep(200);
      await connection.request("2");
    });
    await clock.until(other);
    await clock.until(Promise.all([stray]));
    expect(commands).toEqual(["1", "2", "S"]);
  });

  it("fails with the line", async () => {
    const { clock, connection, link } = await dialogue();
    const group = outcome(connection.exclusive(() => connection.request("1")));
    const waiting = outcome(connection.exclusive(() => connection.request("2")));
    await clock.advance(1);
    link.device.unplug();
    expect(await group).toBe("DisconnectedError");
    expect(await waiting).toBe("DisconnectedError");
  });
});
