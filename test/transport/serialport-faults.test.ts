import { pbkdf2 } from "node:crypto";
import { chmodSync, closeSync, constants, openSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { ConfigError, DeviceTimeoutError, DisconnectedError, PortBusyError } from "../../src/errors.ts";
import { openAdapter, openPort } from "../../src/transport/ports/open-port.ts";
import { assertTaken } from "../../src/transport/ports/taken-settings.ts";
import type { PortOptions } from "../../src/transport/ports/wiring.ts";
import { openSerialPort } from "../../src/transport/serialport.ts";
import { type TtySettings, ttyOf } from "../../src/transport/tty.ts";
import { ear, onPseudoTerminal } from "./far-ends.ts";
import { machine } from "./machine.ts";

const settings = { baudRate: 9600 };
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function terminal() {
  const far = await onPseudoTerminal();
  cleanUp.push(far.end);
  const open = async (options?: PortOptions, line: { baudRate: number; dataBits?: 7 } = settings) => {
    const near = ear();
    const port = await openSerialPort(far.path, options)(line, near.listener);
    cleanUp.push(() => port.close());
    return { near, port };
  };
  return { far, open };
}

/** As another program would have it open. */
async function another(path: string) {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  cleanUp.push(() => closeSync(fd));
  return ttyOf(fd);
}

/** As any user but root, who may open what others have to themselves. */
function unprivileged<T>(task: () => T): T {
  const { seteuid, getuid } = process;
  if (getuid?.() !== 0 || !seteuid) return task();
  seteuid(65_534);
  try {
    return task();
  } finally {
    seteuid(0);
  }
}

describe("F21: a port that two want", () => {
  it("is refused to us while somebody has locked it, and nothing of it is changed", async () => {
    const { far, open } = await terminal();
    const tty = await another(far.path);
    expect(tty.lock()).toBe(true);
    const before = tty.settings();
    await expect(open()).rejects.toBeInstanceOf(PortBusyError);
    expect(tty.settings()).toEqual(before);
  });

  it("is refused to us while somebody keeps everyone out, also if we are root and could", async () => {
    const { far, open } = await terminal();
    const tty = await another(far.path);
    expect(tty.exclude()).toBe(true);
    await expect(open()).rejects.toBeInstanceOf(PortBusyError);
    tty.admit();
    await open();
  });

  it("is refused to whoever asks for the lock while we have it, and free again when we have closed it", async () => {
    const { far, open } = await terminal();
    const tty = await another(far.path);
    const { port } = await open();
    expect(tty.lock()).toBe(false);
    await port.close();
    expect(tty.lock()).toBe(true);
  });

  it("cannot even be opened by others while we have it, but for root", async () => {
    const { far, open } = await terminal();
    chmodSync(far.path, 0o666);
    const attempt = () => unprivileged(() => openSync(far.path, constants.O_RDWR | constants.O_NOCTTY));
    closeSync(attempt());
    const { port } = await open();
    expect(attempt).toThrow(/EBUSY/);
    await port.close();
    closeSync(attempt());
  });

  it("goes to one of two openings at once", async () => {
    const { open } = await terminal();
    const opened = await Promise.allSettled([open(), open(), open()]);
    expect(opened.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
  });
});

describe("what a port was told", () => {
  it.each([9600, 115_200, 123_456])("is read back: %i baud", async (baudRate) => {
    const { far, open } = await terminal();
    const tty = await another(far.path);
    await open({ flowControl: "hardware" }, { baudRate });
    expect(tty.settings()).toMatchObject({ baudRate, dataBits: 8, parity: "none", flowControl: "hardware" });
  });

  it("is refused when the port makes something else of it", async () => {
    const { open } = await terminal();
    await expect(open({}, { baudRate: 1.9 })).rejects.toThrow(/does not take its settings \(it has 1 baud, not 1\.9\)/);
    // It was closed again, and nobody keeps it.
    await open();
  });

  const eight: TtySettings = {
    baudRate: 9600,
    dataBits: 8,
    parity: "none",
    stopBits: 1,
    flowControl: "none",
    hangUpOnClose: true,
  };
  it.each([
    [{ ...eight, baudRate: 9800 }, undefined],
    [{ ...eight, baudRate: 10_400 }, "10400 baud, not 9600"],
    [{ ...eight, dataBits: 7 }, "7 data bits, not 8"],
    [{ ...eight, parity: "mark" as const, stopBits: 2 as const }, "parity mark, not none, 2 stop bits, not 1"],
    [{ ...eight, flowControl: "hardware" as const }, "flow control hardware, not none"],
  ])("is compared as a wire would feel it: %j", (taken, told) => {
    const compare = () => assertTaken("/dev/x", { ...settings, flowControl: "none" }, taken, false);
    if (told === undefined) compare();
    else expect(compare).toThrow(told);
  });

  it("matters on a pseudo-terminal as far as it has any meaning there", async () => {
    const { open } = await terminal();
    await open({}, { baudRate: 9600, dataBits: 7 });
  });

  it("is also whether it hangs up when it is closed", async () => {
    const { far, open } = await terminal();
    const tty = await another(far.path);
    for (const hupcl of [true, false]) {
      const { port } = await open({ hupcl });
      expect(tty.settings()?.hangUpOnClose).toBe(hupcl);
      await port.close();
    }
  });
});

describe("the lines beside the data", () => {
  it("are missed by name where a port has none", async () => {
    const { open } = await terminal();
    const { port } = await open();
    for (const call of [port.modem?.read(), port.modem?.set({ dtr: false })])
      await expect(call).rejects.toThrow(/has no lines beside the data/);
    await expect(open({ dtr: false })).rejects.toBeInstanceOf(PortBusyError);
    await port.close();
    await expect(open({ dtr: false })).rejects.toBeInstanceOf(ConfigError);
    await open();
  });
});

describe("a port that is closed", () => {
  it("does not take back what the device has yet to read", async () => {
    const { far, open } = await terminal();
    const { port } = await open();
    far.pause();
    await port.write(Buffer.from("STOP"));
    await port.close();
    far.resume();
    await expect.poll(far.heard).toBe("STOP");
  });
});

it("R5: what is written leaves although every thread of the pool is held up, as by a disk that does not answer", async () => {
  const { open } = await terminal();
  const { port } = await open();
  const order: string[] = [];
  const pool = Array.from({ length: 4 }, () =>
    promisify(pbkdf2)("", "", 150_000, 64, "sha512").then(() => order.push("a thread is free")),
  );
  const written = port.write(Buffer.from("!")).then(() => order.push("written"));
  await Promise.all([written, Promise.race(pool)]);
  expect(order[0]).toBe("written");
  await Promise.all(pool);
});

describe("F19: a port that takes nothing", () => {
  it("is given up after its time, and says why", async () => {
    const { far, open } = await terminal();
    const { near, port } = await open({ writeTimeoutMs: 100 }, { baudRate: 4_000_000 });
    far.pause();
    const write = port.write(Buffer.alloc(200_000, "x"));
    await expect(write).rejects.toBeInstanceOf(DisconnectedError);
    const end = await near.end();
    expect(end?.cause).toBeInstanceOf(DeviceTimeoutError);
    expect(String(end?.cause)).toMatch(/has taken nothing for [67]\d\d ms: check its flow control/);
  });
});

describe("F10: a port whose device goes as it is opened", () => {
  it("is refused, or tells that it is gone; never both, and never neither", async () => {
    for (let round = 0; round < 10; round++) {
      const far = await onPseudoTerminal();
      const near = ear();
      const opening = openSerialPort(far.path)(settings, near.listener);
      const cut = new Promise<void>((resolve) => {
        const steps = (left: number) => (left === 0 ? void far.cut().then(resolve) : setImmediate(steps, left - 1));
        steps(round);
      });
      const [opened] = await Promise.allSettled([opening, cut]);
      if (opened.status === "rejected") expect(near.ends).toEqual([]);
      else {
        expect(await near.end()).toBeInstanceOf(DisconnectedError);
        await opened.value.close();
        expect(near.ends).toHaveLength(1);
      }
    }
  });
});

describe("F11: an adapter that comes back", () => {
  const pump = { vendorId: "0403", productId: "6001", serialNumber: "A1" };

  it("is opened under its new name, and the one that took its old name never is", async () => {
    const [first, other, second] = [await onPseudoTerminal(), await onPseudoTerminal(), await onPseudoTerminal()];
    const here = machine();
    cleanUp.push(first.end, other.end, second.end, here.remove);
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"], behind: first.path });
    const open = await openPort({ address: { usb: pump }, options: {} }, here.root);
    const hello = async () => {
      const near = ear();
      const port = await open(settings, near.listener);
      await port.write(Buffer.from("hello"));
      await port.close();
    };
    await hello();
    here.unplug({ socket: "1-1", nodes: ["ttyUSB0"] });
    here.plug({ socket: "1-2", serialNumber: "B2", nodes: ["ttyUSB0"], behind: other.path });
    expect(await open.present?.()).toBe(false);
    await expect(hello()).rejects.toThrow("there is no USB adapter 0403:6001 no. A1");
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB1"], behind: second.path });
    expect(await open.present?.()).toBe(true);
    await hello();
    await expect.poll(() => [first.heard(), other.heard(), second.heard()]).toEqual(["hello", "", "hello"]);
  });

  it("is let go of when its name became another's while it was being opened", async () => {
    const far = await onPseudoTerminal();
    const here = machine();
    cleanUp.push(far.end, here.remove);
    here.plug({ socket: "1-1", serialNumber: "A1", nodes: ["ttyUSB0"], behind: far.path });
    const near = ear();
    const open = openAdapter(pump, here.root, (node) => async (line, listener) => {
      const port = await openSerialPort(node)(line, listener);
      here.unplug({ socket: "1-1", nodes: ["ttyUSB0"] });
      return port;
    });
    await expect(open(settings, near.listener)).rejects.toThrow(/was pulled out as it was opened/);
    expect(near.ends).toEqual([undefined]);
  });
});
