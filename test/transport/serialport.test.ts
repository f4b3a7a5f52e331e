import { isMainThread } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { realClock } from "../../src/clock.ts";
import {
  ConfigError,
  DisconnectedError,
  PermissionDeniedError,
  PortBusyError,
  PortMissingError,
} from "../../src/errors.ts";
import { lines } from "../../src/transport/lines.ts";
import { refusal } from "../../src/transport/port-refusal.ts";
import { openPty, type Pty } from "../../src/transport/pty.ts";
import { openSerialPort } from "../../src/transport/serialport.ts";
import { openAlone } from "./dialogue.ts";
import { ear } from "./far-ends.ts";

const settings = { baudRate: 9600 };

async function echo(): Promise<Pty> {
  const pty = await openPty({ data: (bytes) => void pty.write(bytes), closed: () => {} });
  return pty;
}

// The native part of serialport lives in the main thread's event loop; in a worker it would end the process.
describe.runIf(isMainThread)("a serial port", () => {
  it("is refused where there is none", async () => {
    const open = (path: string) => openSerialPort(path)(settings, ear().listener);
    await expect(open("/dev/serial/by-id/nothing")).rejects.toBeInstanceOf(PortMissingError);
    await expect(open("/dev/null")).rejects.toBeInstanceOf(ConfigError);
    await expect(open("/etc/passwd")).rejects.toBeInstanceOf(ConfigError);
    await expect(open("/tmp")).rejects.toBeInstanceOf(ConfigError);
    const pty = await echo();
    const odd = openSerialPort(pty.path)({ ...settings, stopBits: 1.5 }, ear().listener);
    await expect(odd).rejects.toBeInstanceOf(ConfigError);
    await pty.close();
  });

  it("carries a dialogue", async () => {
    const pty = await echo();
    const connection = await openAlone({
      open: openSerialPort(pty.path),
      options: { ...settings, codec: lines("\r\n") },
      name: "echo",
      clock: realClock,
      alarm: () => {},
      lost: () => {},
      log: () => {},
    });
    expect(await connection.request("*IDN?")).toBe("*IDN?");
    await connection.close();
    await pty.close();
  });
});

describe.runIf(isMainThread)("a pseudo-terminal", () => {
  it("takes nothing once it is closed, and may be closed twice", async () => {
    const { listener, end } = ear();
    const pty = await openPty(listener);
    await Promise.all([pty.close(), pty.close()]);
    expect(await end()).toBeUndefined();
    await expect(pty.write(Buffer.from("x"))).rejects.toBeInstanceOf(PortMissingError);
  });

  it("loses what nobody reads rather than to keep all of it", async () => {
    const pty = await openPty(ear().listener);
    for (let sent = 0; sent < 100; sent++) await pty.write(Buffer.alloc(4096, "x"));
    await pty.close();
  });
});

describe("F20: a port that cannot be opened", () => {
  it.each([
    ["Error: No such file or directory, cannot open /dev/x", PortMissingError, /plug the device in/],
    ["ENODEV: no such device", PortMissingError, /plug the device in/],
    ["Error: Permission denied, cannot open /dev/x", PermissionDeniedError, /dialout/],
    ["EACCES: permission denied, stat '/dev/x'", PermissionDeniedError, /dialout/],
    ["EBUSY: resource busy or locked, open '/dev/x'", PortBusyError, /in use by minicom \(process 7\): close it/],
    ["Error: Device or resource busy, cannot open /dev/x", PortBusyError, /in use by minicom/],
    ["Error: Inappropriate ioctl for device setting custom baud rate of 9600", ConfigError, /serial port\?/],
    ["Error: Input/output error, cannot open /dev/x", DisconnectedError, /unplug it.*dmesg/],
    ["EIO: i/o error, open '/dev/x'", DisconnectedError, /unplug it.*dmesg/],
    ["Error: the dog ate it", DisconnectedError, /the dog ate it/],
  ])("for %s says what to do", (reason, kind, remedy) => {
    const cause = new TypeError(reason);
    const error = refusal("/dev/x", cause, { held: "by minicom (process 7): close it", group: "dialout" });
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(remedy);
    expect(error.cause).toBe(cause);
  });
});
