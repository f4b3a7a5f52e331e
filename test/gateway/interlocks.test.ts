import { Type } from "typebox";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { Interlocks } from "../../src/gateway/interlocks.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { gate } from "../invocation/fixture.ts";
import { never } from "../thing/device.ts";
import { unhandledRejections } from "../unhandled.ts";
import { lidOpen, lidThing, openOven } from "./interlock-bench.ts";
import { relay } from "./relay.ts";

const unhandled = unhandledRejections();

test("when it trips, its outputs go safe whoever has set them, and the others stay", async () => {
  const { bench, level, open } = await openOven();
  await bench.run("oven", "put", { on: true });
  expect([level("heater"), level("fan")]).toEqual([true, true]);
  await open();
  expect([level("heater"), level("fan")]).toEqual([false, true]);
  await bench.close();
});

test("what is under way on its outputs is cut off at once, with what it is a part of", async () => {
  const { bench, level, open } = await openOven();
  const [hold, bake, waiting] = [
    bench.start("oven", "hold"),
    bench.start("baker", "bake"),
    bench.start("oven", "put", { on: true }),
  ];
  await bench.clock.advance(10);
  await open();
  expect(level("heater")).toBe(false);
  for (const one of [hold, bake, waiting]) {
    await bench.ended(one);
    expect([one.status, one.reason, one.error?.message]).toEqual([
      "error",
      "interlocked",
      "the interlock lid_open has tripped: lid.closed is false, not true",
    ]);
  }
  await bench.clock.advance(60_000);
  expect([level("heater"), level("fan"), unhandled]).toEqual([false, false, []]);
  await bench.close();
});

test("until it is reset nothing begins on its Things: no action, no write, no part and nothing that reserves them", async () => {
  const { bench, lid, level, open } = await openOven();
  const nested = bench.start("baker", "wait_and_bake");
  await open();
  expect(() => bench.start("oven", "put", { on: true })).toThrow("not true; see to it, then reset lid_open");
  lid.closed = true;
  await bench.clock.advance(500);
  expect(() => bench.start("oven", "put", { on: true })).toThrow(
    "the interlock lid_open stands between oven and put of oven: lid.closed is false, not true; that is over: reset lid_open",
  );
  expect(() => bench.start("baker", "bake")).toThrow(/stands between oven and bake of baker/);
  await bench.ended(nested);
  expect([nested.status, nested.error?.message]).toEqual(["error", expect.stringContaining("lid_open")]);
  expect((await bench.run("oven", "stop")).status).toBe("completed");
  expect(level("heater")).toBe(false);
  await bench.close();
});

test("it stays tripped when what it watches is in order again, until somebody resets it, which starts nothing", async () => {
  const { bench, lid, interlock, level, open, reset } = await openOven();
  await bench.run("oven", "put", { on: true });
  await open();
  await expect(reset()).rejects.toThrow("lid_open cannot be reset: lid.closed is false, not true");
  lid.closed = true;
  await bench.clock.advance(60_000);
  expect(interlock.trip?.why).toBe("lid.closed is false, not true");
  await reset();
  expect([interlock.trip, level("heater")]).toEqual([undefined, false]);
  await bench.run("oven", "put", { on: true });
  expect(level("heater")).toBe(true);
  await bench.close();
});

test("a reset looks for itself: what was in order a moment ago does not count", async () => {
  const { bench, lid, interlock, open, reset } = await openOven({ pollMs: 60_000, maxAgeMs: 120_000 });
  lid.tell();
  await open();
  lid.closed = false;
  lid.tell();
  await bench.clock.advance(10);
  expect(interlock.trip).toBeDefined();
  lid.closed = true;
  lid.tell();
  await bench.clock.advance(10);
  lid.closed = false;
  await expect(reset()).rejects.toThrow("cannot be reset");
  await bench.close();
});

test("news of the Thing are looked into at once", async () => {
  const { bench, lid, interlock } = await openOven({ pollMs: 60_000, maxAgeMs: 120_000 });
  lid.closed = false;
  lid.tell();
  await bench.clock.advance(0);
  expect(interlock.trip?.why).toBe("lid.closed is false, not true");
  await bench.close();
});

test("a reading is no part of the action whose news it was begun for, and does not end with it", async () => {
  const { bench, lid, interlock } = await openOven({ pollMs: 60_000, maxAgeMs: 120_000 });
  lid.read = () => sleep(100);
  await bench.run("lid", "knock");
  await bench.clock.advance(200);
  expect([interlock.trip, interlock.watch.condition.state]).toEqual([undefined, "met"]);
  await bench.close();
});

test("a reading that fails counts as tripped", async () => {
  const { bench, lid, interlock } = await openOven();
  lid.read = () => Promise.reject(new DeviceFaultError("out of order"));
  await bench.clock.advance(200);
  expect(interlock.trip?.why).toBe("lid.closed cannot be read: out of order");
  await bench.close();
});

test("until it has been read for the first time nothing is let in, and nothing is latched by that", async () => {
  const { definition, lid } = lidThing();
  lid.read = () => sleep(1000);
  const oven = relay({ heater: { safe: false } });
  let refused = "";
  const early = defineThing({
    title: "Early",
    config: Type.Object({}),
    uses: { oven: oven.definition },
    async open({ things, spawn }) {
      spawn(async () => {
        await sleep(500);
        await things.oven.invoke.put({ on: true }).catch((error: Error) => {
          refused = error.message;
        });
      });
      return {};
    },
  });
  const bench = await openBench(
    { lid: { definition }, oven, early: { definition: early, uses: { oven: "oven" } } },
    { interlocks: [lidOpen] },
  );
  expect(refused).toContain("it has not been read yet; try again when that is known");
  expect(bench.gateway.interlocks.get("lid_open").trip).toBeUndefined();
  await bench.run("oven", "put", { on: true });
  expect(bench.twins.oven.level("heater")).toBe(true);
  await bench.close();
});

test("a reading that does not come for too long counts as tripped, and so does one at a reset", async () => {
  const { bench, lid, interlock, level, reset } = await openOven();
  await bench.run("oven", "put", { on: true });
  lid.read = never;
  await bench.clock.advance(1700);
  expect([interlock.trip, level("heater")]).toEqual([undefined, true]);
  await bench.clock.advance(500);
  expect([interlock.trip?.why, level("heater")]).toEqual(["lid.closed has not been read for 2 s", false]);
  await expect(reset()).rejects.toThrow("cannot be reset: lid.closed has not been read for 2 s");
  await bench.clock.until(bench.gateway.close({ graceMs: 0 }));
});

test("a Thing that is gone counts as tripped", async () => {
  const { bench, lid, interlock, level } = await openOven();
  await bench.run("oven", "put", { on: true });
  lid.fail();
  await bench.clock.advance(10);
  expect([interlock.trip?.why, level("heater")]).toEqual([
    "lid.closed cannot be read: lid is faulted: the contact has come off",
    false,
  ]);
  await bench.close();
});

test("what only keeps from beginning lets what has begun come to its end, then brings its outputs to their values", async () => {
  const { bench, level, open, interlock } = await openOven({ on: "block" });
  const bake = bench.start("baker", "bake");
  await bench.clock.advance(100);
  await open();
  expect(() => bench.start("oven", "put", { on: true })).toThrow(/lid_open stands between/);
  expect(level("heater")).toBe(true);
  await bench.ended(bake);
  await bench.clock.advance(200);
  expect([bake.status, level("heater"), interlock.driven.has("oven")]).toEqual(["completed", false, true]);
  await bench.close();
});

test("what waits when such a one trips is refused when its turn comes, in a part or by itself", async () => {
  const { bench, level, open } = await openOven({ on: "block" });
  const hold = bench.start("oven", "hold");
  const nested = bench.start("baker", "wait_and_bake");
  await bench.clock.advance(1100);
  const queued = bench.start("oven", "put", { on: true });
  await open();
  expect([hold.status, nested.status, queued.status]).toEqual(["running", "running", "pending"]);
  for (const one of [hold, nested, queued]) await bench.ended(one);
  expect(hold.status).toBe("completed");
  for (const { status, error } of [nested, queued])
    expect([status, error?.message]).toEqual([
      "error",
      expect.stringContaining("lid_open stands between oven and put"),
    ]);
  await bench.clock.advance(200);
  expect(level("heater")).toBe(false);
  await bench.close();
});

test("an output may have another value than its safe one, and keeps it when its Thing is made safe or opened again", async () => {
  const { bench, level, open } = await openOven({ outputs: [{ thing: "oven", output: "fan", value: true }] });
  const hold = bench.start("oven", "hold");
  await bench.clock.advance(10);
  await open();
  await bench.ended(hold);
  expect([level("heater"), level("fan")]).toEqual([false, true]);
  await bench.clock.until(bench.thing("oven").reset());
  await bench.clock.advance(300);
  expect([level("heater"), level("fan")]).toEqual([false, true]);
  await bench.close();
});

test("a Thing that does not obey is told again, and the log has it once", async () => {
  const { bench, device, interlock, open } = await openOven();
  device.safe = () => Promise.reject(new DeviceFaultError("jammed"));
  await open();
  await bench.clock.advance(2000);
  const told = bench.logged.filter((line) => line.includes("has not obeyed"));
  expect(told).toEqual([": oven has not obeyed the interlock lid_open: jammed"]);
  expect([...interlock.undriven]).toEqual([["oven", "jammed"]]);
  device.safe = () => sleep(10);
  await bench.clock.advance(500);
  expect([interlock.driven.has("oven"), [...interlock.undriven]]).toEqual([true, []]);
  await bench.close();
});

test("closing the gateway trips nothing", async () => {
  const { bench, interlock } = await openOven();
  await bench.close();
  await bench.clock.advance(5000);
  expect([interlock.trip, bench.logged.filter((line) => line.includes("tripped"))]).toEqual([undefined, []]);
});

test("trips and resets are noted with their reasons", async () => {
  const { bench, lid, interlocks, open } = await openOven();
  await open();
  lid.closed = true;
  await bench.clock.until(interlocks.reset("lid_open", "ada", "the lid is shut"));
  expect(bench.gateway.audit.page({ limit: 2 })).toMatchObject([
    { by: "ada", what: "interlock.reset", detail: "lid_open: the lid is shut" },
    { by: "the gateway", what: "interlock.tripped", detail: "lid_open: lid.closed is false, not true" },
  ]);
  await bench.close();
});

/** An interlock of the oven that has tripped and is being reset, until the disk has that. */
async function beingReset() {
  const { bench, lid } = await openOven();
  const written: unknown[] = [];
  const disk = gate();
  const write = async (value: unknown) => {
    written.push(value);
    await disk.opened;
    return true;
  };
  const file = { kept: true, read: async () => ({ found: "nothing" }) as const, write, keep: write };
  const { things, audit } = bench.gateway;
  const scheduler = { breakOff() {}, occupation: { worksOn: () => false } };
  const interlocks = new Interlocks();
  const { clock } = bench;
  const events = { tell() {}, changed() {} };
  await interlocks.restore({ configs: [lidOpen], things, scheduler, clock, file, audit, events, log() {} });
  await clock.until(interlocks.begin());
  lid.closed = false;
  await clock.advance(200);
  lid.closed = true;
  const reset = interlocks.reset("lid_open", "ada");
  await clock.advance(200);
  const close = async () => {
    interlocks.end();
    await bench.close();
  };
  return { bench, lid, disk, written, interlocks, reset, close };
}
const latched = { at: expect.any(Number), of: expect.any(Object), why: "lid.closed is false, not true" };

test("one that trips again while its reset is being written stays tripped, also on disk", async () => {
  const { bench, lid, disk, written, interlocks, reset, close } = await beingReset();
  lid.closed = false;
  await bench.clock.advance(200);
  lid.closed = true;
  await bench.clock.advance(200);
  disk.open();
  await expect(reset).rejects.toThrow("lid_open has tripped again in the meantime");
  expect(written).toEqual([{ lid_open: latched }, {}, { lid_open: latched }]);
  expect(interlocks.get("lid_open").trip).toBeDefined();
  await close();
});

test("one that gets another name while its reset is being written stays tripped, also on disk, and says so", async () => {
  const { disk, written, interlocks, reset, close } = await beingReset();
  interlocks.reconfigure([{ ...lidOpen, name: "cover" }], new Set());
  disk.open();
  await expect(reset).rejects.toThrow("lid_open has been configured anew in the meantime: reset it again");
  expect(written.at(-1)).toEqual({ cover: latched });
  expect(interlocks.get("cover").trip).toBeDefined();
  await close();
});

test("a reading that its Thing shares for long is as old as its next look at most, and no older than what has happened", async () => {
  const lid = { closed: true, tell: () => {} };
  const definition = defineThing({
    title: "Lid",
    config: Type.Object({}),
    properties: { closed: { title: "Closed", schema: Type.Boolean(), readOnly: true, maxAgeMs: 60_000 } },
    events: { moved: { title: "It was moved", data: Type.Null() } },
    async open({ emit }) {
      lid.tell = () => emit("moved", null);
      return { read: { closed: () => lid.closed } };
    },
  });
  const oven = relay({ heater: { safe: false } });
  const bench = await openBench({ lid: { definition }, oven }, { interlocks: [{ ...lidOpen, pollMs: 1000 }] });
  const { interlocks } = bench.gateway;
  await bench.run("oven", "put", { on: true });
  await bench.clock.advance(10);
  expect(await bench.read("lid", "closed")).toBe(true);
  lid.closed = false;
  lid.tell();
  await bench.clock.advance(1);
  expect(bench.twins.oven.level("heater")).toBe(false);
  lid.closed = true;
  await bench.clock.until(interlocks.reset("lid_open", "ada"));
  await bench.run("oven", "put", { on: true });
  lid.closed = false;
  await bench.clock.advance(2000);
  expect(bench.twins.oven.level("heater")).toBe(false);
});
