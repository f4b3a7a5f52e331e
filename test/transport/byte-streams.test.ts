import { afterEach, describe, expect, it } from "vitest";
import { DisconnectedError } from "../../src/errors.ts";
import { ear, type FarEnd, inMemory, onPseudoTerminal, overTcp } from "./far-ends.ts";

const settings = { baudRate: 4_000_000 };
const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const text = Buffer.from(all).toString("latin1");
/** More than any system takes while the other end takes nothing. */
const tooMuch = Buffer.alloc(16 * 1024 * 1024, "x");

let far: FarEnd | undefined;
afterEach(() => far?.end());

/** What has happened once everything under way has. */
const soon = (holds: () => boolean) => expect.poll(holds, { interval: 5 }).toBe(true);

describe.each([
  ["in memory", inMemory],
  ["through a serial port", onPseudoTerminal],
  ["over TCP", overTcp],
])("a byte stream %s", (_, make) => {
  const opened = async () => {
    far = await make();
    const near = ear();
    const stream = await far.open(settings, near.listener);
    return { far, near, stream };
  };

  it("carries every byte as it is, both ways", async () => {
    const { far, near, stream } = await opened();
    await stream.write(all);
    await soon(() => far.heard() === text);
    far.send(all);
    expect(await near.until(text)).toBe(text);
    await stream.close();
  });

  it("keeps the order of what is written without waiting", async () => {
    const { far, stream } = await opened();
    await Promise.all(["a", "b", "c", "d"].map((letter) => stream.write(Buffer.from(letter))));
    await soon(() => far.heard() === "abcd");
    await stream.close();
  });

  it("sends what the bytes were when they were written", async () => {
    const { far, stream } = await opened();
    const bytes = Buffer.from("abc");
    const written = stream.write(bytes);
    bytes.fill(0);
    await written;
    await soon(() => far.heard() === "abc");
    await stream.close();
  });

  it("may be closed as often as wanted, tells it once, and takes nothing afterwards", async () => {
    const { near, stream } = await opened();
    await Promise.all([stream.close(), stream.close()]);
    await stream.close();
    expect(near.ends).toEqual([undefined]);
    await expect(stream.write(all)).rejects.toBeInstanceOf(DisconnectedError);
  });

  it("delivers what was written before it was closed", async () => {
    const { far, stream } = await opened();
    await stream.write(all);
    await stream.close();
    await soon(() => far.heard() === text);
  });

  it("may be opened again", async () => {
    const { far, stream } = await opened();
    await stream.close();
    const near = ear();
    const again = await far.open(settings, near.listener);
    await again.write(Buffer.from("again"));
    await soon(() => far.heard().endsWith("again"));
    far.send(Buffer.from("yes"));
    await near.until("yes");
    await again.close();
  });

  it("F10: tells once that the other end is gone, and why, while it is idle", async () => {
    const { far, near, stream } = await opened();
    await far.cut();
    expect(await near.end()).toBeInstanceOf(DisconnectedError);
    await expect(stream.write(all)).rejects.toBeInstanceOf(DisconnectedError);
    await stream.close();
    expect(near.ends).toHaveLength(1);
  });

  it("F10: fails what is being written when the other end goes", async () => {
    const { far, near, stream } = await opened();
    far.pause();
    const write = stream.write(tooMuch).then(
      () => "written",
      (error: Error) => error.name,
    );
    await far.cut();
    expect(await write).toBe("DisconnectedError");
    await near.end();
    await stream.close();
    expect(near.ends).toHaveLength(1);
  });

  it("F10: may be closed while the other end goes", async () => {
    const { far, near, stream } = await opened();
    await Promise.all([far.cut(), stream.close(), far.cut()]);
    await near.end();
    expect(near.ends).toHaveLength(1);
  });

  it("F19: fails what the other end does not take when it is closed, and does not wait for it", async () => {
    const { far, stream } = await opened();
    far.pause();
    const write = stream.write(tooMuch).catch((error: Error) => error.name);
    await stream.close();
    expect(await write).toBe("DisconnectedError");
  });

  it("F19: takes up again where it was blocked", async () => {
    const { far, stream } = await opened();
    far.pause();
    const bytes = Buffer.alloc(100_000, "y");
    let taken = false;
    const write = stream.write(bytes).then(() => {
      taken = true;
    });
    far.resume();
    await write;
    expect(taken).toBe(true);
    await soon(() => far.heard().length === bytes.length);
    await stream.close();
  });

  it("says nothing more once it is closed", async () => {
    const { far, near, stream } = await opened();
    far.send(Buffer.from("before"));
    await near.until("before");
    far.send(Buffer.alloc(1000, "z"));
    await stream.close();
    const heard = near.heard();
    far.send(Buffer.from("after"));
    await far.cut();
    expect(near.heard()).toBe(heard);
  });
});
