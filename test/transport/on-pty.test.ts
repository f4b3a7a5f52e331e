import { constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../src/clock.ts";
import { onPty } from "../../src/twin/on-pty.ts";
import { simulateSerial } from "../../src/twin/simulate-serial.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function thermometer(baudRate: number) {
  const twin = simulateSerial({
    clock: realClock,
    baudRate,
    commandEnd: "\r",
    frame: (reply) => `${reply}\r`,
    rules: [
      [/T\?/, () => "20.1"],
      [/LONG/, () => "x".repeat(1000)],
    ],
  });
  const port = await onPty(twin.open, { baudRate });
  cleanUp.push(port.close);
  return { twin, port };
}

/** As any program would: serialport's own binding cannot be used in the threads that tests run in. */
function openedBy(path: string) {
  const port = new ReadStream(openSync(path, constants.O_RDWR | constants.O_NOCTTY));
  const opener = {
    heard: "",
    write: (text: string) => void port.write(text),
    close: () => port.destroy(),
  };
  port.on("data", (bytes) => {
    opener.heard += String(bytes);
  });
  cleanUp.push(opener.close);
  return opener;
}

describe("a twin on a pseudo-terminal", () => {
  it("may be closed while bytes are under way, either way", async () => {
    const { twin, port } = await thermometer(1200);
    openedBy(port.path).write(`LONG\r${"A".repeat(1000)}`);
    await twin.received("LONG");
    // A rejection that nobody handles would fail the test run.
    await port.close();
  });

  it("loses what is under way when it is unplugged, and what is written then", async () => {
    const { twin, port } = await thermometer(1200);
    const opener = openedBy(port.path);
    opener.write(`LONG\r${"A".repeat(1000)}`);
    await twin.received("LONG");
    twin.unplug();
    opener.write("T?\r");
    await port.close();
    expect(opener.heard).toBe("");
    expect(twin.commands).toEqual(["LONG"]);
  });

  it("loses what comes faster than the device takes it, and answers whoever opens it next", async () => {
    const { port } = await thermometer(115_200);
    const first = openedBy(port.path);
    first.write(`T?\r${"A".repeat(100_000)}`);
    await expect.poll(() => first.heard).toContain("20.1");
    first.close();
    const next = openedBy(port.path);
    // What waits takes 0.4 s on the wire; all that was written would take 9 s.
    const ask = () => {
      next.write("\rT?\r");
      return next.heard;
    };
    await expect.poll(ask, { interval: 100 }).toContain("20.1");
  });
});
