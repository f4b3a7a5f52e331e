import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { deviceStarted } from "../../src/transport/device-start.ts";
import { lines } from "../../src/transport/lines.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import type { SerialOptions } from "../../src/transport/serial.ts";
import { openAlone, TestWork } from "./dialogue.ts";

const boot = { matches: (message: string) => message.startsWith("Boot") };

/** A connection to a board that says each text so long after its port was opened. */
function board(said: readonly (readonly [number, string])[], options: Partial<SerialOptions<string>> = {}) {
  const clock = new DiscreteClock();
  const link = memoryLink(clock, { openQuietMs: 2000 });
  const lost: Error[] = [];
  link.device.onOpen(() => {
    for (const [ms, text] of said) clock.after(ms, () => link.device.send(Buffer.from(`${text}\n`)));
  });
  const logged: string[] = [];
  const opening = openAlone<string>({
    open: link.open,
    options: { baudRate: 1_000_000, codec: lines("\n"), ...options },
    name: "board",
    clock,
    alarm: () => {},
    lost: (error) => lost.push(error),
    log: (_, message) => logged.push(message),
  });
  const readyAt = async () => {
    await clock.until(opening);
    return Math.round(clock.now());
  };
  return { clock, link, opening, readyAt, logged, lost };
}

describe("a device that its port resets", () => {
  it("is asked nothing before it has been silent for as long as the port's entry says", async () => {
    expect(await board([]).readyAt()).toBe(2000);
    expect(await board([[1500, "hello"]]).readyAt()).toBe(3500);
  });

  it("is asked at last, also when it never falls silent", async () => {
    const chatter = Array.from({ length: 20 }, (_, n) => [500 * n, "x"] as const);
    expect(await board(chatter).readyAt()).toBe(4000);
  });

  it("is ready as soon as it has said its banner, which is then no reset", async () => {
    const { readyAt, lost } = board([[1600, "Boot 1.1"]], { banner: boot });
    expect(await readyAt()).toBe(1600);
    expect(lost).toEqual([]);
  });

  it("is given the longer of both times when it says no banner, and that is told", async () => {
    const { readyAt, logged } = board([], { banner: { ...boot, withinMs: 3000 } });
    expect(await readyAt()).toBe(3000);
    expect(logged).toEqual(["board has not said its banner within 3000 ms: perhaps it was running already"]);
  });

  it("that is waited for does not keep its port when nobody waits any more", async () => {
    const clock = new DiscreteClock();
    const link = memoryLink(clock, { openQuietMs: 2000 });
    const work = new TestWork(clock);
    const open = () =>
      openAlone<string>({
        ...{ open: link.open, options: { baudRate: 9600, codec: lines("\n") }, name: "board", clock },
        ...{ alarm: () => {}, lost: () => {}, log: () => {} },
      });
    const opening = work.run(open).catch((error: Error) => error.name);
    await clock.advance(100);
    work.cancel();
    expect(await opening).toBe("InvocationCancelledError");
    await (await clock.until(open())).close();
    expect(clock.nextDue()).toBeUndefined();
  });

  it("F10: that goes while it starts is lost, and leaves no timer behind", async () => {
    const { clock, link, opening, lost } = board([], {
      livenessMs: 1000,
      resync: { probe: "?" },
    });
    await clock.advance(100);
    link.device.unplug();
    await clock.advance(10_000);
    expect([lost, clock.nextDue()]).toEqual([[expect.any(DisconnectedError)], undefined]);
    await (await opening).close();
  });

  it("F13: is asked at last, also when so much comes that no timer fires", async () => {
    let now = 0;
    const hearing: Parameters<typeof deviceStarted>[0] = { onBanner: undefined, onData: undefined };
    const clock = { now: () => now, after: () => ({ cancel() {} }) };
    const started = deviceStarted(hearing, { options: {}, quietMs: 20, clock, name: "board", log() {} });
    for (; hearing.onData && now <= 50; now++) hearing.onData();
    const later = new Promise((resolve) => setImmediate(() => resolve("waits still")));
    expect(await Promise.race([started, later])).toBe(false);
  });
});
