import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { ByteListener } from "../../src/transport/byte-stream.ts";
import { Line } from "../../src/transport/line.ts";
import { lines } from "../../src/transport/lines.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { dialogue, openAlone, openOn, outcome } from "./dialogue.ts";

const options = { baudRate: 1_000_000, codec: lines("\n"), replyTimeoutMs: 500 };

/** A line to a device that takes `replyMs` for each answer and drops none. */
function slowLine(replyMs: number) {
  const clock = new DiscreteClock();
  const link = memoryLink(clock);
  link.device.onReceive((bytes) => {
    const text = `<${Buffer.from(bytes).toString().trim()}>\n`;
    clock.after(replyMs, () => link.device.send(Buffer.from(text)));
  });
  const line = new Line<string>({ name: "pump", clock, open: link.open, shared: false });
  return { clock, link, open: () => openOn(line, { clock, options, lost: () => {} }) };
}

test("a reply that is owed from an earlier opening of the port answers nothing in the next", async () => {
  const { clock, open } = slowLine(400);
  const first = await open();
  const asked = outcome(first.request("A"));
  await clock.advance(100);
  await first.close();
  expect(await asked).toBe("DisconnectedError");
  const second = await open();
  expect(await clock.until(second.request("B"))).toBe("<B>");
});

test("a reply that comes long after the cable was pulled and plugged in again answers nothing", async () => {
  const { clock, link, open } = slowLine(1200);
  const asked = outcome((await open()).request("A"));
  await clock.advance(100);
  link.device.unplug();
  link.device.plug();
  expect(await asked).toBe("DisconnectedError");
  const second = await open();
  const answer = outcome(second.request("B", { timeoutMs: 5000 }));
  expect(await clock.until(answer)).toBe("<B>");
});

test("a line that was left in step is spoken to at once", async () => {
  const { clock, open } = slowLine(5);
  const first = await open();
  await clock.until(first.request("A"));
  await first.close();
  const second = await open();
  const from = clock.now();
  expect(await clock.until(second.request("B"))).toBe("<B>");
  expect(clock.now() - from).toBeLessThan(6);
});

test("what an adapter has kept from before the port was opened answers nothing, and is waited for only briefly", async () => {
  const clock = new DiscreteClock();
  let port: ByteListener | undefined;
  const opening = openAlone<string>({
    open: async (_, listener) => {
      port = listener;
      return {
        openQuietMs: 20,
        write: async (bytes) => {
          clock.after(5, () => listener.data(Buffer.from(`<${Buffer.from(bytes).toString().trim()}>\n`)));
        },
        close: async () => {},
      };
    },
    options,
    name: "pump",
    clock,
    alarm() {},
    lost() {},
    log() {},
  });
  await clock.advance(10);
  port?.data(Buffer.from("a stale answer\n"));
  const connection = await clock.until(opening);
  expect(await clock.until(connection.request("A"))).toBe("<A>");
  expect(clock.now()).toBeLessThan(40);
});

test("a device that never falls silent is spoken to all the same when its port is opened", async () => {
  const clock = new DiscreteClock();
  const link = memoryLink(clock);
  const heard: string[] = [];
  link.device.onReceive((bytes) => heard.push(Buffer.from(bytes).toString()));
  const stream = () => {
    link.device.send(Buffer.from("7.01\n"));
    clock.after(10, stream);
  };
  const line = new Line<string>({
    name: "ph",
    clock,
    open: async (settings, listener) => {
      const port = await link.open(settings, listener);
      return { openQuietMs: 20, write: (bytes) => port.write(bytes), close: () => port.close() };
    },
    shared: false,
  });
  stream();
  const connection = await clock.until(openOn(line, { clock, options, lost: () => expect.unreachable() }));
  await clock.until(connection.send("C,0"));
  expect(heard.join("")).toBe("C,0\n");
  expect(clock.now()).toBeLessThan(1000);
});

test("a port that is lost as it is opened is told, and the next opening is whole", async () => {
  const { clock, link, connection } = await dialogue();
  link.device.unplug();
  expect(await outcome(connection.request("A"))).toBe("DisconnectedError");
  await connection.close();
  await clock.advance(10_000);
});

test("a port that is lost again before it was proven in step does not forget that a reply is late", async () => {
  const clock = new DiscreteClock();
  const link = memoryLink(clock, { openQuietMs: 20 });
  const line = new Line<string>({ name: "pump", clock, open: link.open, shared: false });
  const open = () => clock.until(openOn(line, { clock, options, lost: () => {} }));
  const replug = () => {
    link.device.unplug();
    link.device.plug();
  };
  const asked = outcome((await open()).request("A"));
  await clock.advance(600);
  expect(await asked).toBe("DeviceTimeoutError");
  replug();
  const second = openOn(line, { clock, options, lost: () => {} });
  await clock.advance(10);
  replug();
  await clock.until(second);
  const third = await open();
  const answer = third.request("B");
  clock.after(5, () => link.device.send(Buffer.from("<A>\n")));
  link.device.onReceive(() => clock.after(10, () => link.device.send(Buffer.from("<B>\n"))));
  expect(await clock.until(answer)).toBe("<B>");
});
