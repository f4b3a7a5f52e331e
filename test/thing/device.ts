import { Type } from "typebox";
import { sleep } from "../../src/ambient.ts";
import { defineThing } from "../../src/thing/define.ts";
import type { ByteListener, ByteStream, LineSettings } from "../../src/transport/byte-stream.ts";
import { lines } from "../../src/transport/lines.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { defineTwin } from "../../src/twin/twin.ts";

export const never = () => new Promise<void>(() => {});

const nothing = () => Promise.resolve();

/** A Thing without hardware: a test sets what its handlers and hooks do, and sees which hooks were called. */
export function steeredThing() {
  const device = {
    calls: [] as string[],
    opened: 0,
    open: nothing,
    stop: nothing,
    safe: nothing,
    close: nothing,
    act: nothing,
    write: nothing,
    /** What it runs for as long as it is open; its failure faults the Thing. */
    watch: never,
    /** Tell an event, as the latest opening. */
    ring: (_: number): void => {},
  };
  const hook = (name: "stop" | "safe" | "close") => () => {
    device.calls.push(name);
    return device[name]();
  };
  const definition = defineThing({
    title: "Device",
    config: Type.Object({}),
    properties: { gain: { title: "Gain", schema: Type.Number(), persist: true, concurrent: true } },
    actions: {
      act: { title: "Act", cancelGraceMs: 100 },
      aside: { title: "Act beside the lane", lane: false, cancelGraceMs: 100 },
      inTime: { title: "Act within a time", timeoutMs: 100, cancelGraceMs: 100 },
    },
    events: { rung: { title: "It rang", data: Type.Number() } },
    async open({ emit, spawn }) {
      device.opened++;
      await device.open();
      device.ring = (data) => emit("rung", data);
      spawn(() => device.watch());
      return {
        read: { gain: () => 1 },
        write: { gain: () => device.write() },
        invoke: { act: () => device.act(), aside: () => device.act(), inTime: () => device.act() },
        stop: hook("stop"),
        safe: hook("safe"),
        close: hook("close"),
      };
    },
  });
  return { device, definition };
}

/** A Thing on a serial port in memory, and how many hold that port. */
export function wiredThing() {
  const device = { opened: 0, opening: nothing, closing: nothing };
  const definition = defineThing({
    title: "Wired",
    config: Type.Object({}),
    actions: { move: { title: "Move for long" } },
    async open({ serial }) {
      device.opened++;
      const line = await serial.open({ baudRate: 9600, codec: lines("\r\n") });
      await device.opening();
      return {
        invoke: {
          async move() {
            await line.send("GO");
            await sleep(60_000);
          },
        },
        close: () => device.closing(),
      };
    },
  });
  const twin = defineTwin(({ clock }) => {
    const link = memoryLink(clock);
    const port = { held: 0, close: (stream: ByteStream) => stream.close() };
    const open = async (settings: LineSettings, listener: ByteListener): Promise<ByteStream> => {
      const stream = await link.open(settings, listener);
      port.held++;
      let closed = false;
      const close = () => {
        if (!closed) port.held--;
        closed = true;
        return port.close(stream);
      };
      return { write: (bytes) => stream.write(bytes), close };
    };
    return { open, port, unplug: () => link.device.unplug(), plug: () => link.device.plug() };
  });
  return { device, definition, twin };
}
