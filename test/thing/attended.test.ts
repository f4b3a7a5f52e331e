import { Type } from "typebox";
import { describe, expect, it, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { lines } from "../../src/transport/lines.ts";
import { simulateSerial } from "../../src/twin/simulate-serial.ts";
import { defineTwin } from "../../src/twin/twin.ts";

const Level = Type.Number();

/** A tank whose level a test sets, and which counts how often it was looked at. */
async function openTank() {
  const device = {
    ...{ level: 1, gain: 1, reads: 0, fails: false, hangs: false },
    tell: (_: number) => {},
    /** How long a reading takes, whose value is from its beginning; ms. */
    take: async () => {},
  };
  const look = async () => {
    device.reads++;
    const { level } = device;
    if (device.hangs) await new Promise(() => {});
    await device.take();
    if (device.fails) throw new Error("the float is stuck");
    return level;
  };
  const about = { schema: Level, readOnly: true, maxAgeMs: 0 } as const;
  const definition = defineThing({
    title: "Tank",
    config: Type.Object({}),
    properties: {
      level: { ...about, title: "Level", observable: true },
      often: { ...about, title: "Level, read often", observable: true, observeMs: 100 },
      polled: { ...about, title: "Level, read all the time", observable: true, pollMs: 600_000 },
      hidden: { ...about, title: "Level, of which nobody is told" },
      gain: { title: "Gain, in whole numbers", schema: Level, observable: true, maxAgeMs: 0 },
    },
    async open({ changed }) {
      device.tell = (value) => changed("level", value);
      return {
        read: {
          ...{ level: look, often: look, hidden: look },
          polled: () => 1,
          gain: () => device.gain,
        },
        write: {
          gain(value) {
            device.gain = Math.round(value);
          },
        },
      };
    },
  });
  const bench = await openBench({ tank: { definition } });
  const tank = bench.thing("tank");
  const told: unknown[] = [];
  tank.observe((news) => news.kind === "property" && told.push([news.name, news.value]));
  await bench.clock.advance(0);
  told.length = 0;
  /** Let the level be another for so long, and tell how often it was looked at. */
  const reads = async (ms: number, level = device.level) => {
    const before = device.reads;
    device.level = level;
    await bench.clock.advance(ms);
    return device.reads - before;
  };
  return { bench, tank, device, told, reads };
}

describe("a property that somebody observes", () => {
  it("is read once a second, and told when it is another than before, but not what it was at first", async () => {
    const { tank, device, told, reads } = await openTank();
    tank.attend("level");
    expect(device.reads).toBe(1);
    expect(await reads(5000)).toBe(5);
    expect(told).toEqual([]);
    await reads(3000, 2);
    await reads(3000, 1);
    expect(told).toEqual([
      ["level", 2],
      ["level", 1],
    ]);
  });

  it("is read as often as it says", async () => {
    const { tank, reads } = await openTank();
    tank.attend("often");
    await reads(0);
    expect(await reads(1000)).toBe(10);
  });

  it.each(["polled", "hidden"])("is not read where it is polled anyway, or is not observable: %s", async (name) => {
    const { tank, reads } = await openTank();
    const cease = tank.attend(name);
    expect(await reads(10_000)).toBe(0);
    cease();
  });

  it("is read as often for many as for one, until a moment after the last has gone, and then never", async () => {
    const { tank, reads } = await openTank();
    const [one, other] = [tank.attend("level"), tank.attend("level")];
    await reads(0);
    expect(await reads(5000)).toBe(5);
    one();
    one();
    expect(await reads(60_000)).toBe(60);
    other();
    expect(await reads(4500)).toBe(4);
    expect(await reads(60_000)).toBe(0);
  });

  it("is compared with what it was when somebody comes back in time, and looked at anew for one who comes later", async () => {
    const { tank, told, reads } = await openTank();
    tank.attend("level")();
    await reads(4500);
    const cease = tank.attend("level");
    await reads(1000, 2);
    expect(told).toEqual([["level", 2]]);
    cease();
    await reads(60_000, 3);
    told.length = 0;
    tank.attend("level");
    await reads(5000, 3);
    expect(told).toEqual([]);
  });

  it("is none's news when it cannot be read, and is read again", async () => {
    const { tank, device, told, reads } = await openTank();
    tank.attend("level");
    await reads(1000);
    device.fails = true;
    expect(await reads(3000)).toBe(3);
    device.fails = false;
    await reads(2000);
    expect(told).toEqual([]);
    await reads(1000, 2);
    expect([told, tank.state]).toEqual([[["level", 2]], "ready"]);
  });

  it("is not told again when it was written, unless the device has made something else of it", async () => {
    const { bench, tank, told, reads } = await openTank();
    tank.attend("gain");
    await bench.write("tank", "gain", 5);
    await reads(5000);
    expect(told).toEqual([["gain", 5]]);
    await bench.write("tank", "gain", 7.6);
    await reads(5000);
    expect(told.slice(1)).toEqual([
      ["gain", 7.6],
      ["gain", 8],
    ]);
  });

  it("is not read for one who comes when its driver has told of it", async () => {
    const { tank, device, reads } = await openTank();
    device.tell(4);
    tank.attend("level");
    await reads(5000);
    expect(device.reads).toBe(0);
  });

  it("is not read where its driver tells of it, nor told from a reading that began before", async () => {
    const { tank, device, told, reads } = await openTank();
    tank.attend("level");
    await reads(0);
    device.take = () => sleep(500);
    await reads(1000, 2);
    device.tell(3);
    expect(await reads(60_000)).toBe(0);
    expect(told).toEqual([["level", 3]]);
  });
});

describe("a Thing whose property is observed", () => {
  it("reads it again when it has been opened again, unless its driver tells, and tells what was missed", async () => {
    const { bench, tank, device, told, reads } = await openTank();
    tank.attend("level");
    await reads(1000);
    device.level = 2;
    await bench.clock.until(tank.reset());
    expect(await reads(3000)).toBe(3);
    expect(told.filter((one) => JSON.stringify(one).includes("level"))).toEqual([["level", 2]]);
    device.tell(4);
    expect(await reads(3000)).toBe(0);
    await bench.clock.until(tank.reset());
    expect(await reads(3000)).toBe(3);
  });

  it("is not kept from reading it in its next opening by a reading that never ended", async () => {
    const { bench, tank, device, reads } = await openTank();
    tank.attend("level");
    device.hangs = true;
    expect(await reads(5000)).toBe(1);
    device.hangs = false;
    await bench.clock.until(tank.reset());
    expect(await reads(5000)).toBe(5);
  });

  it("leaves no timer when it is closed, nor when whoever observes leaves only then", async () => {
    const { bench, tank, reads } = await openTank();
    const [one, other] = [tank.attend("level"), tank.attend("often")];
    await reads(1000);
    one();
    await bench.close();
    expect(bench.clock.nextDue()).toBeUndefined();
    other();
    expect(bench.clock.nextDue()).toBeUndefined();
    tank.attend("level")();
    expect([bench.clock.nextDue(), await reads(60_000)]).toEqual([undefined, 0]);
  });

  it("has no property of another name", async () => {
    const { tank } = await openTank();
    expect(() => tank.attend("nosuch")).toThrow("nosuch");
  });
});

/** An instrument that takes a while to answer, and what it was asked. */
async function openSlow() {
  const asked: string[] = [];
  const about = { schema: Type.String(), readOnly: true, observable: true, maxAgeMs: 0 } as const;
  const definition = defineThing({
    title: "Slow",
    config: Type.Object({}),
    properties: { a: { ...about, title: "A" }, b: { ...about, title: "B" }, c: { ...about, title: "C" } },
    actions: { run: { title: "Ask three questions" } },
    async open({ serial }) {
      const line = await serial.open({ baudRate: 9600, codec: lines("\n"), replyTimeoutMs: 500 });
      return {
        read: { a: () => line.request("A?"), b: () => line.request("B?"), c: () => line.request("C?") },
        invoke: {
          async run() {
            for (const n of [1, 2, 3]) await line.request(`RUN${n}?`);
          },
        },
      };
    },
  });
  const twin = defineTwin(({ clock }) =>
    simulateSerial({
      ...{ clock, baudRate: 9600, commandEnd: "\n", replyMs: 100, frame: (reply: string) => `${reply}\n` },
      rules: [
        [
          /(\w+)\?/,
          (name) => {
            asked.push(name);
            return "1";
          },
        ],
      ],
    }),
  );
  const bench = await openBench({ slow: { definition, twin } });
  asked.length = 0;
  return { bench, asked, slow: bench.thing("slow") };
}

test("what an action asks, and what a client reads, goes before what is read for those who observe", async () => {
  const { bench, asked, slow } = await openSlow();
  for (const name of ["a", "b"]) slow.attend(name);
  const run = bench.start("slow", "run");
  const reading = bench.clock.until(slow.read("c"));
  await bench.ended(run);
  await reading;
  await bench.clock.advance(500);
  expect(asked.slice(0, 6)).toEqual(["A", "RUN1", "RUN2", "RUN3", "C", "B"]);
});

test("nothing is read while the device is away, and it goes on when the device is back", async () => {
  const { bench, asked, slow } = await openSlow();
  slow.attend("a");
  await bench.clock.advance(2000);
  bench.twins.slow.unplug();
  await bench.clock.advance(100);
  asked.length = 0;
  await bench.clock.advance(10_000);
  expect([slow.state, asked]).toEqual(["disconnected", []]);
  bench.twins.slow.plug();
  await bench.clock.advance(60_000);
  expect(slow.state).toBe("ready");
  expect(asked.length).toBeGreaterThan(10);
});
