import { Type } from "typebox";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DeviceFaultError, DisconnectedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

/** A Thing without hardware whose every opening the test can steer. */
function kettle() {
  const device = {
    opened: 0,
    model: "K1",
    refuse: undefined as Error | undefined,
    temperature: 20,
    reads: 0,
    calls: [] as string[],
  };
  const definition = defineThing({
    title: "Kettle",
    config: Type.Object({}),
    properties: {
      temperature: { title: "Water temperature", schema: Type.Number({ unit: "Cel", maximum: 200 }), readOnly: true },
      target: { title: "Target", schema: Type.Number({ unit: "Cel", default: 60 }), persist: true },
      lamp: { title: "Lamp", schema: Type.Boolean(), concurrent: true },
    },
    actions: {
      boil: { title: "Boil", cancelGraceMs: 100 },
      hang: { title: "Never end", cancelGraceMs: 100 },
      fail: { title: "Fail without foresight" },
      burst: { title: "Tell of nonsense" },
      cool: { title: "Let it cool", input: Type.Object({ to: Type.Number() }) },
    },
    events: { boiled: { title: "It boils", data: Type.Object({ temperature: Type.Number() }) } },
    async open({ emit, changed, spawn }) {
      device.opened++;
      if (device.refuse) throw device.refuse;
      let target = 60;
      let lamp = false;
      spawn(async () => {
        await sleep(100_000);
        throw new DeviceFaultError("the watch over it failed");
      });
      return {
        identify: () => ({ model: device.model, firmware: `1.${device.opened}` }),
        read: {
          temperature: async () => {
            device.reads++;
            await sleep(10);
            return device.temperature;
          },
          target: () => target,
          lamp: () => lamp,
        },
        write: {
          target: (value) => {
            device.calls.push(`target ${value}`);
            target = value;
          },
          lamp: (value) => {
            lamp = value;
          },
        },
        invoke: {
          async boil() {
            await sleep(1000);
            emit("boiled", { temperature: 100 });
          },
          hang: () => new Promise<void>(() => {}),
          fail: () => {
            throw new RangeError("unforeseen");
          },
          burst: () => emit("boiled", { temperature: Number("x") }),
          cool({ to }) {
            device.temperature = to;
            changed("temperature", to);
          },
        },
        stop: () => void device.calls.push("stop"),
        safe: () => void device.calls.push("safe"),
        close: () => void device.calls.push("close"),
        state: () => ({ limescale: "little" }),
      };
    },
  });
  return { device, definition };
}

test("a Thing opens by asking who is there, stopping it, and making it safe", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  expect(bench.thing("kettle").state).toBe("ready");
  expect(device.calls).toEqual(["stop", "safe"]);
  expect(bench.thing("kettle").metadata()).toEqual({ model: "K1", firmware: "1.1", limescale: "little" });
  await bench.close();
  expect(device.calls.at(-1)).toBe("close");
  expect(bench.thing("kettle").state).toBe("closed");
});

test("readers at about the same time share one reading, and a later one is new", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const kettleThing = bench.thing("kettle");
  await bench.clock.until(Promise.all(Array.from({ length: 50 }, () => kettleThing.read("temperature"))));
  await bench.read("kettle", "temperature");
  expect(device.reads).toBe(1);
  await bench.clock.advance(101);
  await bench.read("kettle", "temperature");
  expect(device.reads).toBe(2);
});

test("a reading that does not fit its schema is an error, never a value", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  device.temperature = 4711;
  await expect(bench.read("kettle", "temperature")).rejects.toThrow(/does not fit its schema/);
});

test("a write is checked, told to observers, and waits while an action runs unless it may be concurrent", async () => {
  const { definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const news: unknown[] = [];
  const stop = bench.thing("kettle").observe((one) => news.push(one));
  await bench.write("kettle", "target", 80);
  await expect(bench.write("kettle", "target", "hot")).rejects.toThrow(/target/);
  await expect(bench.write("kettle", "temperature", 3)).rejects.toThrow(/read-only/);
  bench.start("kettle", "hang");
  await bench.write("kettle", "lamp", true);
  await expect(bench.write("kettle", "target", 90)).rejects.toThrow(/kettle\/hang/);
  stop();
  expect(news).toEqual([
    { kind: "property", name: "target", value: 80 },
    { kind: "property", name: "lamp", value: true },
  ]);
});

test("what a driver says has changed is told to observers and read anew, and what does not fit fails the action", async () => {
  const { definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const news: unknown[] = [];
  bench.thing("kettle").observe((one) => one.kind === "property" && news.push(one));
  expect(await bench.read("kettle", "temperature")).toBe(20);
  expect((await bench.run("kettle", "cool", { to: 5 })).status).toBe("completed");
  expect(await bench.read("kettle", "temperature")).toBe(5);
  const hot = await bench.run("kettle", "cool", { to: 4711 });
  expect([hot.status, hot.error?.message]).toEqual(["error", expect.stringContaining("the reading of temperature")]);
  expect(news).toEqual([{ kind: "property", name: "temperature", value: 5 }]);
});

test("an event is told to observers, and data that does not fit fails the action", async () => {
  const { definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const events: unknown[] = [];
  bench.thing("kettle").observe((one) => one.kind === "event" && events.push(one));
  expect((await bench.run("kettle", "boil")).status).toBe("completed");
  const burst = await bench.run("kettle", "burst");
  expect([burst.status, burst.error?.message]).toEqual(["error", expect.stringContaining("event boiled")]);
  expect(events).toEqual([{ kind: "event", name: "boiled", data: { temperature: 100 } }]);
});

test("F03: an action that fails without foresight leaves the Thing stopped and safe", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  device.calls.length = 0;
  const run = await bench.run("kettle", "fail");
  expect([run.status, run.error?.message, device.calls]).toEqual(["error", "unforeseen", ["stop", "safe"]]);
  expect(run.log.entries().at(-1)?.error?.stack).toContain("RangeError");
});

test("stop is published, ends what runs and what waits, and then tells the device", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const running = bench.start("kettle", "boil");
  const waiting = bench.start("kettle", "boil");
  await bench.clock.advance(10);
  device.calls.length = 0;
  const stop = await bench.run("kettle", "stop");
  await bench.ended(running);
  expect([stop.status, running.status, running.reason, waiting.status, waiting.reason]).toEqual([
    "completed",
    "cancelled",
    "stopped",
    "cancelled",
    "stopped",
  ]);
  expect(device.calls).toEqual(["stop"]);
});

test("a Thing whose work never ends is quarantined until an operator resets it", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const run = bench.start("kettle", "hang");
  const waiting = bench.start("kettle", "boil");
  await bench.cancel(run);
  await bench.ended(run);
  expect([run.status, run.forced, bench.thing("kettle").state]).toEqual(["cancelled", true, "quarantined"]);
  expect([waiting.status, waiting.error?.message]).toEqual(["error", expect.stringContaining("has not ended")]);
  expect(() => bench.start("kettle", "boil")).toThrow(/quarantined/);
  await bench.clock.until(bench.thing("kettle").reset());
  expect([device.opened, bench.thing("kettle").state]).toEqual([2, "ready"]);
  expect((await bench.run("kettle", "boil")).status).toBe("completed");
});

test("a Thing that cannot be reached is opened again and again, and the others run", async () => {
  const [broken, sound] = [kettle(), kettle()];
  broken.device.refuse = new DisconnectedError("the cable is out");
  const bench = await openBench({ broken: { definition: broken.definition }, sound: { definition: sound.definition } });
  expect([bench.thing("broken").state, bench.thing("sound").state]).toEqual(["disconnected", "ready"]);
  await expect(bench.read("broken", "temperature")).rejects.toThrow(/the cable is out/);
  await bench.clock.advance(3000);
  broken.device.refuse = undefined;
  await bench.clock.advance(5000);
  expect(bench.thing("broken").state).toBe("ready");
  expect((await bench.run("broken", "boil")).status).toBe("completed");
});

test("a driver that fails to open faults its Thing with the reason, and is not tried again", async () => {
  const { device, definition } = kettle();
  device.refuse = new TypeError("x is not a function");
  const bench = await openBench({ kettle: { definition } });
  await bench.clock.advance(60_000);
  const { state, reason } = bench.thing("kettle");
  expect([state, reason, device.opened]).toEqual(["faulted", "x is not a function", 1]);
});

test("spawned work that fails faults the Thing and what runs on it", async () => {
  const { definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  await bench.clock.advance(99_999);
  const run = bench.start("kettle", "boil");
  await bench.ended(run);
  expect([run.status, run.error?.message, bench.thing("kettle").state]).toEqual([
    "error",
    "the watch over it failed",
    "faulted",
  ]);
});

test("another device in the place of the first is refused; other firmware is told", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  await bench.clock.until(bench.thing("kettle").reset());
  expect(bench.thing("kettle").state).toBe("ready");
  expect(bench.logged.join("\n")).toContain("firmware is 1.2 now, was 1.1");
  device.model = "T9";
  await bench.clock.until(bench.thing("kettle").reset());
  expect([bench.thing("kettle").state, bench.thing("kettle").reason]).toEqual([
    "faulted",
    expect.stringContaining("T9 answers where K1 was"),
  ]);
});

test("a setting survives reopening, and reset writes the default of its schema", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  await bench.write("kettle", "target", 80);
  device.calls.length = 0;
  await bench.clock.until(bench.thing("kettle").reset());
  expect(device.calls).toContain("target 80");
  await bench.clock.until(bench.thing("kettle").resetProperty("target"));
  expect(await bench.read("kettle", "target")).toBe(60);
  await expect(bench.thing("kettle").resetProperty("lamp")).rejects.toThrow(/no default/);
});

test("resets that are asked for together are one, and the Thing opens", async () => {
  const { device, definition } = kettle();
  const bench = await openBench({ kettle: { definition } });
  const { reset } = { reset: () => bench.thing("kettle").reset() };
  await bench.clock.until(Promise.all([reset(), reset(), reset()]));
  expect([device.opened, bench.thing("kettle").state]).toEqual([2, "ready"]);
  await bench.clock.until(Promise.all([reset(), bench.clock.advance(0).then(reset)]));
  expect(bench.thing("kettle").state).toBe("ready");
  await bench.close();
});

test("closing does not wait for an opening that hangs", async () => {
  const definition = defineThing({ title: "Hangs", config: Type.Object({}), open: () => new Promise(() => {}) });
  const bench = await openBench({ hangs: { definition } });
  await bench.clock.advance(2000);
  const before = bench.clock.now();
  await bench.close();
  expect([bench.thing("hangs").state, bench.clock.now() - before]).toEqual(["closed", 0]);
});

test("nothing can be read from a Thing before it is known who answers", async () => {
  let slow = false;
  const definition = defineThing({
    title: "Slow to say who it is",
    config: Type.Object({}),
    properties: { value: { title: "Value", schema: Type.Number(), readOnly: true } },
    open: async () => ({
      async identify() {
        if (slow) await sleep(1000);
        return { model: "M" };
      },
      read: { value: () => 1 },
    }),
  });
  const bench = await openBench({ slow: { definition } });
  slow = true;
  const reset = bench.thing("slow").reset();
  await bench.clock.advance(500);
  await expect(bench.thing("slow").read("value")).rejects.toThrow(/opening/);
  await bench.clock.until(reset);
  expect(await bench.read("slow", "value")).toBe(1);
});

test("what a device was is told as it was by then, also by a driver that tells of it by one and the same object", async () => {
  const device = { model: "M", firmware: "1.0" };
  const definition = defineThing({
    title: "Updated",
    config: Type.Object({}),
    actions: { act: { title: "Act" } },
    open: async () => ({ identify: () => device, invoke: { act: () => {} } }),
  });
  const bench = await openBench({ updated: { definition } });
  const firmwares = async () => {
    const invocation = bench.thing("updated").invoke("act", null, { requestedBy: "ada" });
    await bench.clock.until(invocation.ended);
    return invocation.provenance.map(({ firmware }) => firmware);
  };
  expect(await firmwares()).toEqual(["1.0"]);
  device.firmware = "2.0";
  expect(await firmwares()).toEqual(["1.0"]);
  await bench.clock.until(bench.thing("updated").reset());
  expect(await firmwares()).toEqual(["2.0"]);
});
