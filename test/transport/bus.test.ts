import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DeviceResetError } from "../../src/errors.ts";
import { Line } from "../../src/transport/line.ts";
import { lines } from "../../src/transport/lines.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { openOn, outcome, TestWork } from "./dialogue.ts";

const replyMs = 20;

/** A bus with the devices a, b and c, each of which answers what begins with its letter, one thing after the other. */
async function bus({ replyTimeoutMs = 100, checked = false } = {}) {
  const clock = new DiscreteClock();
  const link = memoryLink(clock);
  const heard: string[] = [];
  const mute = new Set<string>();
  /** Those that answer one command late for good, with the answer that they keep. */
  const behind = new Map<string, string>();
  let opened = 0;
  let closed = 0;
  link.device.onOpen(() => opened++);
  link.device.onClose(() => closed++);
  link.device.onReceive((bytes) => {
    for (const command of Buffer.from(bytes).toString().trim().split("\n")) {
      heard.push(command);
      const address = command.charAt(0);
      const reply = behind.get(address) ?? `${command}=\n`;
      if (behind.has(address)) behind.set(address, `${command}=\n`);
      if (!mute.has(address) && !command.endsWith("!"))
        clock.after(replyMs, () => link.device.send(Buffer.from(reply)));
    }
  });
  const line = new Line<string>({ name: "bus test", clock, open: link.open, shared: true });
  const join = async (name: string, baudRate = 1_000_000, withinMs = 0) => {
    const losses: Error[] = [];
    const alarms: Error[] = [];
    const told: string[] = [];
    const options = {
      baudRate,
      codec: lines("\n"),
      replyTimeoutMs,
      resync: {
        quietMs: 30,
        probe: `${name}?`,
        accepts: (reply: string) => reply === `${name}?=`,
        checks: checked ? [{ ask: `${name}#`, accepts: (reply: string) => reply === `${name}#=` }] : [],
      },
      banner: { matches: (message: string) => message === `${name} started`, withinMs },
      unsolicited: {
        matches: (message: string) => message.startsWith(`${name}:`),
        receive: (message: string) => void told.push(message),
      },
    };
    const lost = (error: Error) => losses.push(error);
    const connection = await openOn(line, { name, clock, options, lost, alarm: (error) => alarms.push(error) });
    return { connection, losses, alarms, told };
  };
  return { clock, link, line, heard, mute, behind, join, openings: () => opened, closings: () => closed };
}

test("Things on a bus take turns, exchange by exchange", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const answers = Promise.all([
    a.connection.request("a1"),
    a.connection.request("a2"),
    b.connection.request("b1"),
    b.connection.request("b2"),
  ]);
  expect(await clock.until(answers)).toEqual(["a1=", "a2=", "b1=", "b2="]);
  expect(clock.now()).toBeGreaterThan(4 * replyMs);
  expect(heard).toEqual(["a1", "a2", "b1", "b2"]);
});

test("what is urgent on one Thing goes before what waits for the others", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const answers = ["a1", "a2", "a3"].map((message) => a.connection.request(message));
  answers.push(new TestWork(clock, "urgent").run(() => b.connection.request("b1")));
  await clock.until(Promise.all(answers));
  expect(heard).toEqual(["a1", "b1", "a2", "a3"]);
});

test("a group of one Thing keeps the others waiting", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const group = a.connection.exclusive(async () => {
    await a.connection.request("a1");
    await a.connection.request("a2");
  });
  await clock.until(Promise.all([group, b.connection.request("b1")]));
  expect(heard).toEqual(["a1", "a2", "b1"]);
});

test("equal questions of two Things are two questions", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const read = ({ connection }: typeof a) => new TestWork(clock, "read").run(() => connection.request("a1"));
  await clock.until(Promise.all([read(a), read(b)]));
  expect(heard).toEqual(["a1", "a1"]);
});

test("a line that one Thing has brought out of step is out of step for all, and only its own probe proves it", async () => {
  const { clock, heard, mute, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  mute.add("a");
  const lost = outcome(a.connection.request("a1"));
  await clock.advance(10);
  mute.delete("a");
  const next = b.connection.request("b1");
  expect(await clock.until(lost)).toBe("DeviceTimeoutError");
  expect(await clock.until(next)).toBe("b1=");
  expect(heard).toEqual(["a1", "a?", "b1"]);
});

test("an address that does not answer is lost alone, and keeps the others waiting for a bounded time", async () => {
  const { clock, mute, join, openings, closings } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  mute.add("a");
  const lost = outcome(a.connection.request("a1"));
  const start = clock.now();
  expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
  // Time-out, quiet, one probe, and as long as a late answer to that may take.
  expect(clock.now() - start).toBeLessThan(100 + 30 + 100 + 1200 + 3 * replyMs);
  expect(await lost).toBe("DeviceTimeoutError");
  expect(a.losses[0]?.message).toContain("a is unresponsive");
  expect(b.losses).toEqual([]);
  expect([openings(), closings()]).toEqual([1, 0]);
  mute.delete("a");
  const again = await join("a");
  expect(await clock.until(again.connection.request("a2"))).toBe("a2=");
  expect(openings()).toBe(1);
});

test("each Thing on a bus is checked before its own first exchange, and once", async () => {
  const { clock, heard, join } = await bus({ checked: true });
  const [a, b] = [await join("a"), await join("b")];
  for (const [{ connection }, asked] of [
    [a, "a1"],
    [b, "b1"],
    [a, "a2"],
  ] as const)
    expect(await clock.until(connection.request(asked))).toBe(`${asked}=`);
  expect(heard).toEqual(["a?", "a#", "a1", "b?", "b#", "b1", "a2"]);
});

test("an address that answers one command late for good is lost alone, and keeps the others waiting for a bounded time", async () => {
  for (const kept of ["a?=\n", "a1=\n"]) {
    const { clock, join, behind } = await bus({ checked: true });
    const [a, b] = [await join("a"), await join("b")];
    expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
    behind.set("a", kept);
    const start = clock.now();
    const wrong = outcome(a.connection.request("a1"));
    expect(await clock.until(b.connection.request("b2"))).toBe("b2=");
    expect(clock.now() - start).toBeLessThan(2 * (3 * 100 + 1100) + 10 * replyMs);
    expect(await wrong).toBe("DisconnectedError");
    expect(a.losses[0]?.message).toBe("a answers one command late: switch it off and on");
    expect(b.losses).toEqual([]);
    expect(await clock.until(b.connection.request("b3"))).toBe("b3=");
  }
});

test("an address that is mute from the start keeps the others waiting no longer than one that falls silent", async () => {
  const waited = await Promise.all(
    [true, false].map(async (checked) => {
      const { clock, join, mute } = await bus({ checked });
      const [a, b] = [await join("a"), await join("b")];
      await clock.until(b.connection.request("b1"));
      mute.add("a");
      const start = clock.now();
      const failed = a.connection.request("a1").catch(() => a.connection.close());
      await clock.until(b.connection.request("b2"));
      await failed;
      return clock.now() - start;
    }),
  );
  expect(waited[0]).toBeCloseTo(waited[1] ?? 0, -1);
});

test("a break-in of one Thing leaves at once, into the exchange of another, whose answer it never gets", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const broken = outcome(a.connection.request("a1"));
  await clock.advance(1);
  await clock.until(b.connection.breakIn("b!", { answered: false }));
  expect(heard).toEqual(["a1", "b!"]);
  expect(clock.now()).toBeLessThan(replyMs);
  expect(await broken).toBe("BrokenOffError");
  expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
  expect(heard).toEqual(["a1", "b!", "b?", "b1"]);
});

test("unplugging the bus loses all of them", async () => {
  const { clock, link, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  const asked = [a, b].map(({ connection }, n) => outcome(connection.request(`${n}`)));
  link.device.unplug();
  expect(await clock.until(Promise.all(asked))).toEqual(["DisconnectedError", "DisconnectedError"]);
  expect([a.losses.length, b.losses.length]).toEqual([1, 1]);
});

test("the port is opened with the first and closed with the last", async () => {
  const { clock, join, openings, closings } = await bus();
  const [a, b] = await Promise.all([join("a"), join("b")]);
  expect(openings()).toBe(1);
  const asked = outcome(a.connection.request("a1"));
  await a.connection.close();
  expect(await asked).toBe("DisconnectedError");
  expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
  expect(closings()).toBe(0);
  await b.connection.close();
  expect(closings()).toBe(1);
  const again = await join("a");
  expect(await clock.until(again.connection.request("a2"))).toBe("a2=");
  expect(openings()).toBe(2);
});

test("the reply to one that has left answers nobody who stays", async () => {
  const { clock, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  a.connection.request("a1").catch(() => {});
  await clock.advance(1);
  const next = b.connection.request("b1");
  await a.connection.close();
  expect(await clock.until(next)).toBe("b1=");
});

test("a Thing that wants another pace than the bus has is refused, and told whose it is", async () => {
  const { join } = await bus();
  await join("a");
  await expect(join("b", 9600)).rejects.toThrow(/b wants 9600 8N1, but bus test runs at 1000000 8N1 for another/);
});

test("what comes unasked while nobody speaks is for whom it concerns", async () => {
  const { clock, link, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  link.device.send(Buffer.from("b: hello\na started\n"));
  await clock.advance(1);
  expect([a.told, b.told]).toEqual([[], ["b: hello"]]);
  expect(a.losses[0]).toBeInstanceOf(DeviceResetError);
  expect(b.losses).toEqual([]);
  expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
});

test("a Thing that has left says nothing more, though others keep the line open", async () => {
  const { clock, heard, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  await a.connection.close();
  const late = [a.connection.request("a1"), a.connection.breakIn("a!"), a.connection.exclusive(async () => {})];
  expect(await clock.until(Promise.all(late.map(outcome)))).toEqual(Array(3).fill("DisconnectedError"));
  expect(await clock.until(b.connection.request("b1"))).toBe("b1=");
  expect(heard).toEqual(["b1"]);
});

test("a reply that is late to one that has left answers nobody who stays", async () => {
  const { clock, link, mute, join } = await bus();
  const [a, b] = [await join("a"), await join("b")];
  mute.add("a");
  a.connection.request("a1").catch(() => {});
  await clock.advance(1);
  const next = b.connection.request("b1");
  clock.after(110, () => link.device.send(Buffer.from("a1=\n")));
  await a.connection.close();
  expect(await clock.until(next)).toBe("b1=");
});

test("what a Thing has kept of what nobody asked for does not answer the question to another", async () => {
  const clock = new DiscreteClock();
  const link = memoryLink(clock);
  const line = new Line<string>({ name: "bus test", clock, open: link.open, shared: true });
  const options = { baudRate: 1_000_000, codec: lines({ send: "\n", receive: { idleMs: 20 } }) };
  const [a] = [await openOn(line, { name: "a", clock, options, lost() {} })];
  await openOn(line, { name: "b", clock, options, lost() {} });
  link.device.send(Buffer.from("hello"));
  await clock.advance(5);
  const asked = a.request("a1");
  clock.after(40, () => link.device.send(Buffer.from("a1=")));
  expect(await clock.until(asked)).toBe("a1=");
});

test("the banner of one does not prove that the others owe nothing", async () => {
  const { clock, link, mute, join } = await bus();
  const b = await join("b");
  mute.add("b");
  b.connection.request("b1").catch(() => {});
  await clock.advance(10);
  link.device.unplug();
  await clock.advance(1);
  link.device.plug();
  const joining = join("a", 1_000_000, 500);
  await clock.advance(1);
  link.device.send(Buffer.from("a started\n"));
  const a = await clock.until(joining);
  clock.after(10, () => link.device.send(Buffer.from("b1=\n")));
  expect(await clock.until(a.connection.request("a1"))).toBe("a1=");
});

test("one late reply is one, however many stay", async () => {
  const { clock, link, mute, join } = await bus({ replyTimeoutMs: 400 });
  const [a, b, c] = [await join("a"), await join("b"), await join("c")];
  mute.add("a");
  a.connection.request("a1").catch(() => {});
  await clock.advance(1);
  await clock.until(a.connection.breakIn("a2"));
  clock.after(20, () => link.device.send(Buffer.from("a2=\n")));
  clock.after(350, () => link.device.send(Buffer.from("a1=\n")));
  await a.connection.close();
  await clock.advance(340);
  const answers = Promise.all([b.connection.request("b1"), c.connection.request("c1")]);
  expect(await clock.until(answers)).toEqual(["b1=", "c1="]);
});

test("who joins a line that is open already does not wait for its port", async () => {
  const clock = new DiscreteClock();
  const link = memoryLink(clock, { openQuietMs: 2000 });
  const line = new Line<string>({ name: "bus test", clock, open: link.open, shared: true });
  const join = (name: string) =>
    openOn(line, { name, clock, options: { baudRate: 9600, codec: lines("\n") }, lost() {} });
  const first = join("a");
  await clock.advance(500);
  await clock.until(Promise.all([first, join("b")]));
  expect(clock.now()).toBe(2000);
  await clock.advance(1000);
  await clock.until(join("c"));
  expect(clock.now()).toBe(3000);
});
