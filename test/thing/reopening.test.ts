import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Life } from "../../src/thing/life.ts";
import { Outputs } from "../../src/thing/outputs.ts";
import { Reopening } from "../../src/thing/reopening.ts";
import { lines } from "../../src/transport/lines.ts";
import { simulateSerial } from "../../src/twin/simulate-serial.ts";
import { defineTwin } from "../../src/twin/twin.ts";

/** An instrument that says who it is, and how often its port was opened. */
function instrument(baudRate = 9600) {
  const opened: number[] = [];
  const definition = defineThing({
    title: "Instrument",
    config: Type.Object({}),
    properties: { reading: { title: "Reading", schema: Type.String(), readOnly: true } },
    async open({ serial }) {
      const line = await serial.open({ baudRate, codec: lines("\n"), resync: { probe: "*IDN?" }, replyTimeoutMs: 200 });
      return {
        identify: async () => ({ model: await line.request("*IDN?") }),
        read: { reading: () => line.request("READ?") },
      };
    },
  });
  const twin = defineTwin(({ clock }) => {
    let name = "X1";
    const device = simulateSerial({
      clock,
      baudRate: 9600,
      commandEnd: "\n",
      frame: (reply) => `${reply}\n`,
      rules: [
        [/\*IDN\?/, () => name],
        [/READ\?/, () => "1.0"],
      ],
      opened: () => void opened.push(clock.now()),
    });
    return {
      ...device,
      becomes: (other: string) => {
        name = other;
      },
    };
  });
  return { opened, placed: { definition, twin } };
}

async function onBench() {
  const { opened, placed } = instrument();
  const bench = await openBench({ pump: placed });
  const states: string[] = [];
  bench.thing("pump").observe((news) => news.kind === "state" && states.push(news.state));
  opened.length = 0;
  return { opened, bench, twin: bench.twins.pump, thing: bench.thing("pump"), states };
}

describe("F10: a Thing whose port is gone", () => {
  it.each([700, 60_000, 3_600_000])("is ready within 2 s of its return after %i ms, without noise", async (awayMs) => {
    const { bench, twin, thing, states, opened } = await onBench();
    twin.unplug();
    await bench.clock.advance(awayMs);
    expect([thing.state, opened, states]).toEqual(["disconnected", [], ["disconnected"]]);
    expect(bench.logged.filter((line) => line.includes("disconnected"))).toHaveLength(1);
    twin.plug();
    await bench.clock.advance(2000);
    expect([thing.state, opened.length]).toEqual(["ready", 1]);
    await bench.close();
    expect(bench.clock.nextDue()).toBeUndefined();
  });

  it("is looked for no more once it is closed", async () => {
    const { bench, twin, thing } = await onBench();
    twin.unplug();
    await bench.clock.advance(5000);
    await bench.close();
    twin.plug();
    await bench.clock.advance(5000);
    expect([thing.state, bench.clock.nextDue()]).toEqual(["closed", undefined]);
  });

  it("F11: is identified before it is used: another device in its place is refused", async () => {
    const { bench, twin, thing } = await onBench();
    twin.unplug();
    twin.becomes("Y2");
    await bench.clock.advance(1000);
    twin.plug();
    await bench.clock.advance(2000);
    expect([thing.state, thing.reason]).toEqual(["faulted", expect.stringContaining("Y2 answers where X1 was")]);
    await bench.clock.advance(60_000);
    expect(thing.state).toBe("faulted");
    twin.unplug();
    twin.becomes("X1");
    await bench.clock.advance(1000);
    twin.plug();
    await bench.clock.advance(2000);
    expect([thing.state, thing.reason], "the right one is back").toEqual(["ready", undefined]);
    await bench.close();
  });
});

describe("F23: a Thing whose port is there and whose device is mute", () => {
  it("is unresponsive, not ready, and is tried ever more seldom", async () => {
    const { bench, twin, thing, opened } = await onBench();
    twin.silence();
    await bench.read("pump", "reading").catch(() => {});
    await bench.clock.advance(130_000);
    expect(thing.state).toBe("disconnected");
    expect(thing.reason).toMatch(/is unresponsive: it does not answer .*check its power and its cable/);
    expect(opened).toHaveLength(7);
    await bench.close();
  });

  it("backs off by 1, 2, 5, 10 and then 30 s, less up to a quarter that differs from Thing to Thing", async () => {
    const delays = async (name: string) => {
      const { opened, placed } = instrument();
      const bench = await openBench({ [name]: placed });
      const device = bench.twins[name];
      device?.silence();
      opened.length = 0;
      await bench.read(name, "reading").catch(() => {});
      await bench.clock.advance(200_000);
      await bench.close();
      // From an opening to the next, but for the time that it listened, and waited for an answer.
      return opened.slice(1).map((at, n) => (at - (opened[n] ?? 0)) / 1000 - 1.5);
    };
    const [pump, scale] = [await delays("pump"), await delays("scale")];
    for (const found of [pump, scale])
      for (const [n, longest] of [2, 5, 10, 30, 30].entries()) {
        expect(found[n]).toBeLessThanOrEqual(longest + 0.05);
        expect(found[n]).toBeGreaterThanOrEqual(longest * 0.75);
      }
    expect(await delays("pump")).toEqual(pump);
    expect(scale).not.toEqual(pump);
  });
});

describe("a Thing that is tried again and again", () => {
  it("says once in the log why it is not ready, and again when that changes", async () => {
    const clock = new DiscreteClock();
    const logged: string[] = [];
    let why = "no answer from the server";
    const open = async () => {
      throw new DisconnectedError(why);
    };
    const life = new Life({
      ...{ name: "pump", clock, config: {}, things: {}, wiring: { open, pins: {} } },
      definition: instrument().placed.definition,
      log: (level, message, fields) => logged.push(`${level}: ${message} (${fields?.code})`),
      ...{
        emit() {},
        told() {},
        emergencyStop() {},
        alarm() {},
        refused() {},
        left() {},
        changed() {},
        settings: () => ({}),
      },
      ...{ last: async () => undefined, reconciled: async () => {} },
      outputs: new Outputs({ thing: "pump", pins: {}, clock, log() {} }),
      safety: () => ({
        way: { own: [], level: ({ safe }) => safe },
        unconfirmed() {},
        goDown: async () => {},
        driverFailed: async () => {},
      }),
    });
    await clock.until(life.open());
    await clock.advance(60_000);
    why = "the server is back, the device is not";
    await clock.advance(60_000);
    expect(logged.filter((line) => line.startsWith("warning"))).toEqual([
      "warning: pump is disconnected: no answer from the server (BENCHD_DISCONNECTED)",
      "warning: pump is disconnected: the server is back, the device is not (BENCHD_DISCONNECTED)",
    ]);
    expect(logged.length).toBeGreaterThan(5);
    await clock.until(life.close());
  });
});

describe("when a lost port is opened again", () => {
  function lost(attempts: number) {
    const clock = new DiscreteClock();
    const opened: number[] = [];
    let there = true;
    let look: () => Promise<void> = async () => {};
    const reopening = new Reopening({
      ...{ name: "pump", clock },
      present: async () => {
        await look();
        return there;
      },
      open: () => void opened.push(clock.now()),
    });
    for (let attempt = 0; attempt < attempts; attempt++) reopening.begin();
    return {
      ...{ clock, opened, reopening },
      pull: () => {
        there = false;
      },
      plug: () => {
        there = true;
      },
      slowly: (how: () => Promise<void>) => {
        look = how;
      },
    };
  }

  it("a port that was pulled out and put back is not kept waiting for its turn, and has its first turns again", async () => {
    const { clock, opened, reopening, pull, plug } = lost(5);
    await clock.advance(5000);
    pull();
    await clock.advance(1000);
    plug();
    await clock.advance(500);
    expect(opened).toEqual([6100]);
    reopening.begin();
    await clock.advance(1000);
    expect(opened).toHaveLength(2);
  });

  it("a look that takes its time is forgotten when it is given up meanwhile", async () => {
    const { clock, opened, reopening, slowly } = lost(1);
    let seen = () => {};
    slowly(
      () =>
        new Promise((resolve) => {
          seen = resolve;
        }),
    );
    await clock.advance(5000);
    reopening.giveUp();
    seen();
    await clock.advance(5000);
    expect([opened, clock.nextDue()]).toEqual([[], undefined]);
  });
});

describe("F22: a Thing whose driver has another baud rate than its device", () => {
  it("does not open, and says what to check", async () => {
    const { placed } = instrument(19_200);
    const bench = await openBench({ pump: placed });
    expect(bench.thing("pump").state).not.toBe("ready");
    expect(bench.thing("pump").reason).toMatch(
      /check its power, cable and baud rate|check the cable and the baud rate/,
    );
    await bench.close();
  });
});
