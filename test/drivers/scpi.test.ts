import { openBench } from "benchd/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DeviceFaultError, DeviceResetError, DeviceTimeoutError, InputError } from "../../src/errors.ts";
import { describeThing } from "../../src/thing/description.ts";
import { dmm, psu } from "./placed.ts";

async function openMeter(more: object = {}) {
  const bench = await openBench({ dmm: { ...dmm, config: { ...dmm.config, ...more } } });
  return { bench, twin: bench.twins.dmm };
}

const values = (output: unknown) => (output as { readonly value: readonly number[] }).value;

test("what the configuration lists is what the Thing offers", async () => {
  const { bench } = await openMeter();
  const thing = bench.thing("dmm");
  const { properties, actions } = describeThing(thing.definition, thing);
  expect(Object.keys(properties)).toEqual(Object.keys(dmm.config.properties));
  expect(Object.keys(actions)).toEqual(["sample", "show", "clear_display", "stop"]);
  expect(properties["voltage"]).toMatchObject({ title: "Voltage", readOnly: true });
  expect(properties["cycles"]).toMatchObject({ type: "number", minimum: 0.02, maximum: 100, readOnly: false });
  expect(properties["format"]).toMatchObject({ enum: ["ASC", "REAL"] });
  expect(actions["sample"]).toMatchObject({ input: { properties: { count: { type: "integer", maximum: 1000 } } } });
});

test("another instrument than the one it was configured for is refused", async () => {
  const { bench } = await openMeter({ identify: "34461A" });
  expect(bench.thing("dmm").state).toBe("faulted");
  expect(bench.thing("dmm").reason).toContain("34461A");
  expect((await openBench({ dmm: { ...dmm, twin: psu.twin } })).thing("dmm").state).toBe("faulted");
});

test("an instrument that does not know *ESE? is named for it, and opened where it is not checked", async () => {
  for (const [checked, told] of [
    [true, expect.stringContaining("it does not answer *ESE?\\n, which would prove it in step")],
    [false, undefined],
  ] as const) {
    const { bench, twin } = await openMeter({ checked });
    twin.override(/\*ESE\?/, undefined);
    await bench.clock.until(bench.thing("dmm").reset());
    expect([bench.thing("dmm").state, bench.thing("dmm").reason]).toEqual([checked ? "disconnected" : "ready", told]);
  }
});

test("numbers, words and texts are set, and read back", async () => {
  const { bench, twin } = await openMeter();
  await bench.write("dmm", "cycles", 10);
  await bench.write("dmm", "samples", 3);
  await bench.write("dmm", "format", "REAL");
  await bench.write("dmm", "display", 'say "hi"');
  expect(twin.display).toBe('say "hi"');
  expect(twin.commands).toContain('DISP:TEXT "say ""hi"""');
  expect(await bench.read("dmm", "display")).toBe('say "hi"');
  expect(await bench.read("dmm", "format")).toBe("REAL");
  expect(await bench.read("dmm", "samples")).toBe(3);
});

test("a value that the instrument rounds is an error, unless a tolerance says otherwise", async () => {
  const strict = await openMeter();
  await expect(strict.bench.write("dmm", "cycles", 5)).rejects.toThrow("shows 10 for cycles after it was set to 5");
  const { bench } = await openMeter({
    properties: { cycles: { ...dmm.config.properties.cycles, tolerance: 5 } },
  });
  await bench.write("dmm", "cycles", 5);
});

test("limits are those of the configuration", async () => {
  const { bench, twin } = await openMeter();
  await expect(bench.write("dmm", "cycles", 101)).rejects.toBeInstanceOf(InputError);
  await expect(bench.write("dmm", "format", "XML")).rejects.toBeInstanceOf(InputError);
  expect(twin.commands.some((command) => command.startsWith("VOLT:NPLC 1"))).toBe(false);
});

test("what the instrument refuses fails the action", async () => {
  const { bench, twin } = await openMeter();
  twin.override(/DISP:TEXT:CLE/, () => {
    twin.fail(-221);
    return undefined;
  });
  const { error } = await bench.run("dmm", "clear_display");
  expect(error).toBeInstanceOf(DeviceFaultError);
  expect(error?.message).toContain('-221 "Settings conflict"');
});

test("an instrument without an error queue is not asked for errors", async () => {
  const { bench, twin } = await openMeter({ errorQuery: "none" });
  await bench.write("dmm", "samples", 2);
  expect(twin.commands.some((command) => command.startsWith("SYST:ERR"))).toBe(false);
});

test("an overload is null, and the metadata say why; where null is not wanted it is an error", async () => {
  const { bench, twin } = await openMeter();
  expect(await bench.read("dmm", "resistance")).toBeNull();
  expect(bench.thing("dmm").metadata()["unavailable"]).toEqual({ resistance: "above its range (9.9e+37)" });
  twin.apply(-5000);
  expect(await bench.read("dmm", "voltage")).toBeNull();
  const strict = await openMeter({
    properties: { resistance: { ...dmm.config.properties.resistance, nullable: false } },
  });
  await expect(strict.bench.read("dmm", "resistance")).rejects.toBeInstanceOf(DeviceFaultError);
});

test("a row of numbers is the same as text and as a block of bytes, whatever the bytes", async () => {
  const { bench, twin } = await openMeter();
  await bench.write("dmm", "samples", 200);
  twin.apply(0.125);
  const text = (await bench.read("dmm", "text")) as readonly number[];
  const trace = (await bench.read("dmm", "trace")) as readonly number[];
  expect(text).toHaveLength(200);
  expect(trace).toHaveLength(200);
  for (const value of [...text, ...trace]) expect(value).toBeCloseTo(0.125, 3);
  expect(await bench.read("dmm", "samples")).toBe(200);
});

test("an action waits until the operation is complete, and leaves the wire to others meanwhile", async () => {
  const { bench, twin } = await openMeter();
  const sample = bench.start("dmm", "sample", { count: 100 });
  await bench.clock.advance(1000);
  expect(twin.measuring).toBe(true);
  expect(await bench.read("dmm", "samples")).toBe(100);
  await bench.ended(sample);
  expect(values(sample.output)).toHaveLength(100);
});

test("an operation that is cancelled is stopped", async () => {
  const { bench, twin } = await openMeter();
  const sample = bench.start("dmm", "sample", { count: 1000 });
  await bench.clock.advance(1000);
  await bench.cancel(sample);
  await bench.ended(sample);
  expect(sample.status).toBe("cancelled");
  expect(twin.measuring).toBe(false);
});

test("an operation that is cancelled while the instrument is mute does not end as if it had been stopped", async () => {
  const { bench, twin } = await openMeter();
  const sample = bench.start("dmm", "sample", { count: 1000 });
  await bench.clock.advance(1000);
  twin.silence();
  await bench.cancel(sample);
  await bench.ended(sample);
  expect([sample.status, sample.outcome]).toEqual(["error", "unknown"]);
  expect(sample.error?.message).toContain("it is not known whether the operation goes on");
});

test("what ends an operation is told first, then that its stop has failed as well", async () => {
  const { bench, twin } = await openMeter();
  const sample = bench.start("dmm", "sample", { count: 1000 });
  await bench.clock.advance(1000);
  twin.silence();
  await bench.ended(sample);
  expect(sample.error?.message).toMatch(/did not answer .*; it is not known whether the operation goes on/s);
  expect(sample.error?.cause).toBeInstanceOf(DeviceTimeoutError);
  expect([sample.status, sample.outcome]).toEqual(["error", "unknown"]);
});

test("stop breaks into a long question", async () => {
  const { bench, twin } = await openMeter();
  await bench.write("dmm", "samples", 1000);
  const reading = bench.gateway.thing("dmm").read("trace");
  reading.catch(() => {});
  await bench.clock.until(twin.received(/FORM REAL;:READ\?/));
  const stop = bench.start("dmm", "stop");
  await bench.clock.until(twin.received("ABOR"));
  await bench.ended(stop);
  expect(stop.status).toBe("completed");
});

test("a power cut fails the operation that runs, and the instrument is taken from its keys again", async () => {
  const { bench, twin } = await openMeter();
  const sample = bench.start("dmm", "sample", { count: 1000 });
  await bench.clock.advance(1000);
  twin.powerCycle();
  await bench.ended(sample);
  expect(sample.status).toBe("error");
  await bench.clock.advance(10_000);
  await bench.write("dmm", "samples", 2).catch((error) => expect(error).toBeInstanceOf(DeviceResetError));
  await bench.write("dmm", "samples", 2);
  expect(twin.local).toBe(false);
});

test("a reply that comes too late answers nothing else", async () => {
  const { bench, twin } = await openMeter();
  await bench.write("dmm", "samples", 7);
  twin.delay(3000);
  await expect(bench.read("dmm", "samples")).rejects.toBeInstanceOf(DeviceTimeoutError);
  expect(await bench.read("dmm", "format")).toBe("ASC");
  expect(await bench.read("dmm", "samples")).toBe(7);
});

test("no text makes a second command, or any but the one it stands in", async () => {
  const { bench, twin } = await openMeter();
  const nasty = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(";", '";*RST', "a\n*RST", "a;*RST", "a\r", "ŉ*RST", '"', "'", 'a";:SAMP:COUN 3;"', "\u0000"),
    fc.stringMatching(/^[ -~]{0,30}$/),
  );
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      const before = twin.commands.length;
      const ended = async () => bench.run("dmm", "show", { text });
      const { status, error } = await ended().catch((error: unknown) => ({ status: "refused", error }));
      const sent = twin.commands.slice(before).filter((command) => !/^(\*ESR\?|SYST:ERR\?)$/.test(command));
      if (status === "completed") {
        expect(sent).toEqual([`DISP:TEXT "${text.replaceAll('"', '""')}"`]);
        expect(twin.display).toBe(text.slice(0, 12));
      } else {
        expect(error).toBeInstanceOf(InputError);
        expect(sent).toEqual([]);
      }
    }),
    { numRuns: 50 },
  );
});

test("an output is made safe when the supply is opened, stopped and closed, by configuration alone", async () => {
  const bench = await openBench({
    supply: {
      ...dmm,
      twin: psu.twin,
      config: {
        onOpen: ["SYST:REM"],
        safe: ["OUTP OFF"],
        properties: { output: { query: "OUTP?", set: "OUTP {value}", type: "boolean", drives: true } },
      },
    },
  });
  const { supply } = bench.twins;
  const on = () => bench.write("supply", "output", true);
  expect(bench.thing("supply").definition.outputs).toMatchObject({ output: { safe: false } });
  await on();
  expect(supply.on).toBe(true);
  expect((await bench.run("supply", "stop")).status).toBe("completed");
  expect(supply.on).toBe(false);
  await on();
  await bench.close();
  expect(supply.on).toBe(false);
});

test("an output that is to hold stays on when benchd is stopped", async () => {
  const config = {
    onOpen: ["SYST:REM"],
    safe: ["OUTP OFF"],
    properties: { output: { query: "OUTP?", set: "OUTP {value}", type: "boolean", drives: true } },
  };
  const bench = await openBench({
    supply: { ...dmm, twin: psu.twin, config, outputs: { output: { onStop: "hold" } } },
  });
  await bench.write("supply", "output", true);
  await bench.close();
  expect(bench.twins.supply.on).toBe(true);
});

test("an instrument that was found switched on is stopped into an exchange by the first stop", async () => {
  const config = {
    onOpen: ["SYST:REM"],
    safe: ["OUTP OFF"],
    stop: ["OUTP OFF"],
    properties: {
      output: { query: "OUTP?", set: "OUTP {value}", type: "boolean", drives: true },
      volts: { query: "MEAS:VOLT?" },
    },
  };
  const outputs = { output: { onDisconnect: "hold", onStart: "hold" } } as const;
  const bench = await openBench({ supply: { ...dmm, twin: psu.twin, config, outputs } });
  const { supply } = bench.twins;
  await bench.write("supply", "output", true);
  supply.unplug();
  await bench.clock.advance(100);
  supply.plug();
  await bench.clock.advance(10_000);
  expect([bench.thing("supply").state, supply.on]).toEqual(["ready", true]);
  supply.silence(1);
  void bench.read("supply", "volts").catch(() => {});
  await bench.clock.advance(10);
  void bench.gateway.emergencyStop.trip("the test");
  await bench.clock.advance(50);
  expect(supply.on).toBe(false);
});
