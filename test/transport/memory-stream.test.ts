import { describe, expect, it } from "vitest";
import { ambient } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DisconnectedError, PortBusyError, PortMissingError } from "../../src/errors.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { outcome, TestWork } from "./dialogue.ts";

const settings = { baudRate: 10_000 };

/** A link and what each of its ends has seen, with the time it came. */
function bench(chunkBytes?: number) {
  const clock = new DiscreteClock();
  const link = memoryLink(clock, chunkBytes === undefined ? {} : { chunkBytes });
  const seen: unknown[] = [];
  const listener = {
    data: (bytes: Uint8Array) => seen.push([clock.now(), "gateway", Buffer.from(bytes).toString()]),
    closed: (cause?: Error) => seen.push([clock.now(), "closed", cause?.name]),
  };
  link.device.onReceive((bytes) => seen.push([clock.now(), "device", Buffer.from(bytes).toString()]));
  link.device.onOpen(({ baudRate }) => seen.push([clock.now(), "opened", baudRate]));
  link.device.onClose(() => seen.push([clock.now(), "device closed"]));
  return { clock, link, seen, listener, open: () => link.open(settings, listener) };
}

describe("a cable in memory", () => {
  it("takes ten bits a byte, in both directions at once", async () => {
    const { clock, link, seen, open } = bench();
    const stream = await open();
    const written = stream.write(Buffer.from("abcd"));
    link.device.send(Buffer.from("xy"));
    link.device.send(Buffer.from("z"));
    await clock.until(written);
    expect(seen).toEqual([
      [0, "opened", 10_000],
      [2, "gateway", "xy"],
      [3, "gateway", "z"],
      [4, "device", "abcd"],
    ]);
  });

  it("delivers in pieces, each when it has come", async () => {
    const { clock, seen, open } = bench(2);
    const stream = await open();
    await clock.until(stream.write(Buffer.from("abcde")));
    expect(seen.slice(1)).toEqual([
      [2, "device", "ab"],
      [4, "device", "cd"],
      [5, "device", "e"],
    ]);
    await clock.until(stream.write(new Uint8Array()));
    expect(seen).toHaveLength(4);
  });

  it("keeps the bytes as they were when they were sent", async () => {
    const { clock, link, seen, open } = bench();
    await open();
    const bytes = Buffer.from("abc");
    link.device.send(bytes);
    bytes.fill(0);
    await clock.advance(10);
    expect(seen.at(-1)).toEqual([3, "gateway", "abc"]);
  });

  it("loses what the device says while the port is closed", async () => {
    const { clock, link, seen, open } = bench();
    link.device.send(Buffer.from("lost"));
    await open();
    await clock.advance(10);
    expect(seen).toEqual([[0, "opened", 10_000]]);
  });

  it("is open once at a time, closed as often as wanted, and may be opened again", async () => {
    const { clock, seen, open } = bench();
    const stream = await open();
    await expect(open()).rejects.toBeInstanceOf(PortBusyError);
    const write = stream.write(Buffer.from("abc"));
    const failed = expect(write).rejects.toBeInstanceOf(DisconnectedError);
    await stream.close();
    await stream.close();
    await failed;
    await expect(stream.write(Buffer.from("abc"))).rejects.toBeInstanceOf(DisconnectedError);
    await clock.advance(10);
    await clock.until((await open()).write(Buffer.from("d")));
    expect(seen).toEqual([
      [0, "opened", 10_000],
      [0, "device closed"],
      [0, "closed", undefined],
      [10, "opened", 10_000],
      [11, "device", "d"],
    ]);
  });

  it("that is pulled loses what is under way and is missing until it is plugged in", async () => {
    const { clock, link, seen, open } = bench();
    const stream = await open();
    const write = outcome(stream.write(Buffer.from("abc")));
    link.device.send(Buffer.from("abc"));
    await clock.advance(1);
    link.device.unplug();
    link.device.unplug();
    expect(await write).toBe("DisconnectedError");
    await clock.advance(10);
    expect(seen.slice(1)).toEqual([
      [1, "device closed"],
      [1, "closed", "DisconnectedError"],
    ]);
    await expect(open()).rejects.toBeInstanceOf(PortMissingError);
    link.device.plug();
    await open();
    expect(seen.at(-1)).toEqual([11, "opened", 10_000]);
  });

  it("holds bytes back while the device takes none, also over a reopening", async () => {
    const { clock, link, seen, open } = bench();
    link.device.pause();
    const stream = await open();
    const write = stream.write(Buffer.from("abc"));
    await clock.advance(100);
    expect(seen).toHaveLength(1);
    link.device.resume();
    await clock.until(write);
    link.device.pause();
    expect(seen.at(-1)).toEqual([103, "device", "abc"]);
  });

  it("keeps the device out of the work whose bytes it takes", async () => {
    const clock = new DiscreteClock();
    const link = memoryLink(clock);
    const contexts: unknown[] = [];
    link.device.onOpen(() => contexts.push(ambient()));
    link.device.onReceive(() => contexts.push(ambient()));
    link.device.onClose(() => contexts.push(ambient()));
    await new TestWork(clock).run(async () => {
      const stream = await link.open(settings, { data: () => {}, closed: () => {} });
      await clock.until(stream.write(Buffer.from("a")));
      await stream.close();
    });
    expect(contexts).toEqual([undefined, undefined, undefined]);
  });
});
