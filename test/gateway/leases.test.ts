import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { afterEach, expect, test, vi } from "vitest";
import balance from "../../drivers/balance.ts";
import dispenser from "../../drivers/dispenser.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { sleep } from "../../src/ambient.ts";
import type { LeaseTerms } from "../../src/gateway/lease.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { steeredThing } from "../thing/device.ts";
import { openGateway } from "./fixture.ts";
import { relay } from "./relay.ts";

const folders: string[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true, maxRetries: 3 });
});

const hour: LeaseTerms = { seconds: 3600, note: "calibration", onLoss: "finish" };

async function doseBench() {
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
    balance: { definition: balance, twin: balanceTwin },
    dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
  });
  const { leases, audit } = bench.gateway;
  const ask = (thing: "pump" | "balance" | "dispenser", action: string, input: unknown, ...numbers: number[]) =>
    bench.thing(thing).invoke(action, input, { requestedBy: "somebody", leases: numbers });
  const write = (property: string, value: unknown, ...numbers: number[]) =>
    bench.clock.until(bench.thing("pump").write(property, value, { requestedBy: "somebody", leases: numbers }));
  const ofLeases = () => audit.page({ limit: 100 }).filter(({ what }) => what.startsWith("lease."));
  const told = () => ofLeases().map(({ what, by, thing, detail }) => [what, by, thing, detail]);
  return { bench, leases, ask, write, told };
}

test("what others ask of a leased Thing is refused, with who has it, why and until when; what its holder asks is not", async () => {
  const { bench, leases, ask, write } = await doseBench();
  const { number, until } = await leases.take("pump", "ada", hour);
  const refused = `pump is leased to ada until ${new Date(until).toISOString()}, who says "calibration"`;
  expect(() => ask("pump", "dispense", { volume: 1 })).toThrow(`${refused}: wait with dispense, or ask them`);
  await expect(leases.take("pump", "bob", hour)).rejects.toThrow(`${refused}: wait, or ask them`);
  expect(() => leases.release("pump", [], "bob")).toThrow(`${refused}: only under its number can anybody release it`);
  await expect(write("rate", 2)).rejects.toThrow(refused);
  expect(await bench.read("pump", "remaining")).toBe(60);
  const run = ask("pump", "dispense", { volume: 0.1 }, number);
  expect((await bench.ended(run)).status).toBe("completed");
  await write("rate", 2, number);
});

test("what needs a leased Thing is refused with it, and what is a part is judged by who has asked for the whole", async () => {
  const { bench, leases, ask } = await doseBench();
  const { number } = await leases.take("pump", "ada", hour);
  expect(() => ask("dispenser", "dose", { mass: 1 })).toThrow(/^pump is leased to ada/);
  expect((await bench.ended(ask("balance", "tare", undefined))).status).toBe("completed");
  expect((await bench.ended(ask("dispenser", "dose", { mass: 1 }, number))).status).toBe("completed");
});

test("a lease on a composite takes what that reserves, all or nothing", async () => {
  const { leases, ask } = await doseBench();
  const { number, things } = await leases.take("dispenser", "ada", hour);
  expect(things).toEqual(["dispenser", "pump", "balance"]);
  expect(() => ask("balance", "tare", undefined)).toThrow(/^balance is leased to ada/);
  leases.release("pump", [number], "ada");
  expect(leases.of("dispenser")).toBeUndefined();
  await leases.take("balance", "bob", hour);
  await expect(leases.take("dispenser", "ada", hour)).rejects.toThrow(/^balance is leased to bob/);
  expect([leases.of("dispenser"), leases.of("pump")]).toEqual([undefined, undefined]);
});

test("a lease is broken only for one that can be taken", async () => {
  const { leases } = await doseBench();
  const pump = await leases.take("pump", "bob", hour);
  const balance = await leases.take("balance", "cleo", hour);
  const take = () => leases.take("pump", "ada", hour, { more: ["balance"], breaking: "it drips" });
  await expect(take()).rejects.toThrow(/^balance is leased to cleo/);
  expect(leases.of("pump")?.number).toBe(pump.number);
  leases.release("balance", [balance.number], "cleo");
  const taken = await take();
  expect([taken.things, leases.of("pump")?.holder]).toEqual([["pump", "balance"], "ada"]);
});

test("of several who ask at once one gets it", async () => {
  const { leases } = await doseBench();
  const asked = ["ada", "bob", "cy"].map((who) =>
    leases.take("pump", who, hour).then(
      ({ holder }) => holder,
      () => "no",
    ),
  );
  expect((await Promise.all(asked)).toSorted()).toEqual(["ada", "no", "no"]);
});

test("stops and urgent actions pass, whoever has the Thing", async () => {
  const { bench, leases, ask } = await doseBench();
  const { number } = await leases.take("pump", "ada", hour);
  const run = ask("pump", "dispense", { volume: 5 }, number);
  await bench.clock.advance(1000);
  expect((await bench.ended(ask("pump", "stop", undefined))).status).toBe("completed");
  expect((await bench.ended(run)).reason).toBe("stopped");
});

test("what waits when a lease is taken is judged again when its turn comes", async () => {
  const { bench, leases, ask } = await doseBench();
  const [first, second] = [ask("pump", "dispense", { volume: 1 }), ask("pump", "dispense", { volume: 1 })];
  await leases.take("pump", "ada", hour);
  expect((await bench.ended(first)).status).toBe("completed");
  expect((await bench.ended(second)).error?.message).toMatch(/^pump is leased to ada/);
});

test("a part of what has begun goes on, although somebody has leased its Thing since", async () => {
  const { bench, leases, ask } = await doseBench();
  const dose = ask("dispenser", "dose", { mass: 1 });
  await bench.clock.advance(1000);
  await leases.take("dispenser", "ada", hour);
  expect((await bench.ended(dose)).status).toBe("completed");
});

const processTime = async (ms: number) => {
  const opened = await openGateway("things: { counter: { driver: counter }, helper: { driver: counter } }");
  const { gateway } = opened;
  const lease = await gateway.leases.take("counter", "ada", { ...hour, seconds: ms / 1000 });
  return { ...opened, lease, leases: gateway.leases, counter: gateway.thing("counter") };
};

test("F33: a lease ends when its time is over, which a renewal prolongs, whatever the wall clock says", async () => {
  const { processClock, leases, lease } = await processTime(10_000);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 365 * 86_400_000 });
  await processClock.advance(9_000);
  leases.renew("counter", [lease.number], {});
  vi.setSystemTime(0);
  await processClock.advance(9_000);
  expect(leases.of("counter")).toMatchObject({ number: lease.number, note: "calibration" });
  await processClock.advance(1_000);
  expect(leases.of("counter")).toBeUndefined();
});

test.each([
  ["finish", "completed", undefined],
  ["cancel", "cancelled", "lease_lost"],
] as const)("what runs when the lease is lost: %s; what waits is dropped", async (onLoss, status, reason) => {
  const { processClock, clock, leases, lease, counter } = await processTime(10_000);
  leases.renew("counter", [lease.number], { onLoss });
  const asked = { requestedBy: "ada", leases: [lease.number] };
  const runs = counter.invoke("slow_count", { n: 3, delay: 1 }, asked);
  const waits = counter.invoke("increment", {}, asked);
  await clock.advance(500);
  await processClock.advance(10_000);
  await clock.until(Promise.all([runs.ended, waits.ended]));
  expect([runs.status, runs.reason, waits.status, waits.reason]).toEqual([status, reason, "cancelled", "lease_lost"]);
});

test("when the work of the holder has ended, the Thing is told that its lease was lost, unless somebody has it by then", async () => {
  const { processClock, clock, leases, lease, gateway, counter } = await processTime(10_000);
  const told: string[] = [];
  for (const thing of gateway.things.values())
    Object.assign(thing, { leaseLost: async () => void told.push(thing.name) });
  const run = counter.invoke("slow_count", { n: 3, delay: 1 }, { requestedBy: "ada", leases: [lease.number] });
  await processClock.advance(10_000);
  expect(told).toEqual([]);
  await clock.until(run.ended);
  await clock.advance(0);
  expect(told).toEqual(["counter"]);
  const helper = await leases.take("helper", "ada", hour);
  const last = gateway
    .thing("helper")
    .invoke("slow_count", { n: 3, delay: 1 }, { requestedBy: "ada", leases: [helper.number] });
  leases.break("helper", "bob", "she is at lunch");
  await leases.take("helper", "bob", hour);
  await clock.until(last.ended);
  await clock.advance(0);
  leases.release("helper", [leases.of("helper")?.number ?? 0], "bob");
  expect([last.status, told]).toEqual(["completed", ["counter"]]);
});

test("F31: the lease of a holder who vanished expires, the next one has a higher number, and a late request is refused", async () => {
  const { processClock, leases, lease, counter } = await processTime(10_000);
  const late = () => counter.invoke("increment", {}, { requestedBy: "ada", leases: [lease.number] });
  await processClock.advance(10_000);
  expect(late).toThrow(`lease ${lease.number} has ended`);
  const next = await leases.take("counter", "bob", hour);
  expect(next.number).toBeGreaterThan(lease.number);
  expect(late).toThrow(/^counter is leased to bob/);
  expect(() => leases.renew("counter", [lease.number], {})).toThrow(/^counter is leased to bob/);
  expect(() => leases.release("counter", [lease.number], "ada")).toThrow(/^counter is leased to bob/);
});

test("breaking the glass is told to all with its reason, and the broken number is worth nothing any more", async () => {
  const { leases, ask, told } = await doseBench();
  const { number } = await leases.take("pump", "ada", hour);
  leases.break("pump", "bob", "it drips");
  const next = await leases.take("pump", "bob", hour);
  expect(next.number).toBeGreaterThan(number);
  expect(() => ask("pump", "dispense", { volume: 1 }, number)).toThrow(/^pump is leased to bob/);
  expect(told()).toEqual([
    ["lease.taken", "bob", "pump", `${next.number}: pump: calibration`],
    ["lease.broken", "bob", "pump", `${number} of ada: it drips`],
    ["lease.taken", "ada", "pump", `${number}: pump: calibration`],
  ]);
});

test("numbers go on over restarts, however often the last process was killed, and leases do not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-lease-"));
  folders.push(folder);
  const yaml = `stateDirectory: ${folder}\nthings: { counter: { driver: counter } }`;
  let last = 0;
  for (let kill = 0; kill < 4; kill++) {
    const { gateway, clock } = await openGateway(yaml);
    expect(gateway.leases.of("counter")).toBeUndefined();
    const asked = { requestedBy: "ada", leases: [last] };
    if (last > 0) expect(() => gateway.thing("counter").invoke("noop", {}, asked)).toThrow(/has ended/);
    for (let n = 0; n < 3; n++) {
      const { number } = await clock.until(gateway.leases.take("counter", "ada", hour));
      expect(number).toBeGreaterThan(last);
      last = number;
      gateway.leases.release("counter", [number], "ada");
    }
  }
  await writeFile(join(folder, "leases.json"), "{ half");
  const { gateway, clock, logged } = await openGateway(yaml);
  expect((await clock.until(gateway.leases.take("counter", "ada", hour))).number).toBeGreaterThan(last);
  expect(logged.join("\n")).toContain("the numbers of leases could not be read");
});

test("without a disk numbers are given only as far as the next process is sure not to give them again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-lease-"));
  folders.push(folder);
  const { gateway, clock } = await openGateway(`stateDirectory: ${folder}\nthings: { counter: { driver: counter } }`);
  const takeAndRelease = async () => {
    const { number } = await clock.until(gateway.leases.take("counter", "ada", hour));
    gateway.leases.release("counter", [number], "ada");
    return number;
  };
  await takeAndRelease();
  await rm(folder, { recursive: true });
  for (let n = 0; n < 100; n++) await takeAndRelease();
  await expect(takeAndRelease()).rejects.toThrow("the number of the lease could not be written to disk");
});

test("what a Thing does by itself passes, and so does what it calls for that", async () => {
  const made = steeredThing();
  let went = "";
  const watchdog = defineThing({
    title: "Watchdog",
    config: Type.Object({}),
    uses: { device: made.definition },
    async open({ things, spawn }) {
      spawn(async () => {
        await sleep(1000);
        went = await things.device.write.gain(2).then(() => "written", String);
        went += await things.device.invoke.act().then(() => ", done", String);
      });
      return {};
    },
  });
  const bench = await openBench({
    device: { definition: made.definition },
    watchdog: { definition: watchdog, uses: { device: "device" } },
  });
  await bench.gateway.leases.take("device", "ada", hour);
  await bench.clock.advance(2000);
  expect(went).toBe("written, done");
  await expect(bench.write("device", "gain", 1)).rejects.toThrow(/^device is leased to ada/);
});

test("a part that is not reserved is judged by who has asked for the whole, holder or not", async () => {
  const { definition } = steeredThing();
  const errand = defineThing({
    title: "Errand",
    config: Type.Object({}),
    uses: { device: definition },
    actions: { go: { title: "Go" } },
    open: async ({ things }) => ({ invoke: { go: () => things.device.invoke.act() } }),
  });
  const bench = await openBench({
    device: { definition },
    errand: { definition: errand, uses: { device: "device" } },
  });
  const { number } = await bench.gateway.leases.take("device", "ada", hour);
  const go = (...leases: number[]) => bench.ended(bench.thing("errand").invoke("go", {}, { requestedBy: "x", leases }));
  const refused = await go();
  expect([refused.status, refused.error?.message]).toEqual([
    "error",
    expect.stringMatching(/^device is leased to ada/),
  ]);
  expect((await go(number)).status).toBe("completed");
});

test("a whole that has lost its lease finishes with all its parts", async () => {
  const { bench, leases, ask } = await doseBench();
  const { number } = await leases.take("dispenser", "ada", hour);
  const dose = ask("dispenser", "dose", { mass: 1 }, number);
  await bench.clock.advance(1000);
  leases.break("dispenser", "bob", "she is at lunch");
  await leases.take("pump", "bob", hour);
  expect((await bench.ended(dose)).status).toBe("completed");
});

/** Two relays, which ada has together; what she has begun on the first goes on for a minute. */
async function relaysOfAda(onLoss: LeaseTerms["onLoss"] = "finish") {
  const bench = await openBench({ a: relay({ heater: { safe: false } }), b: relay({ fan: { safe: false } }, 1) });
  const { leases } = bench.gateway;
  const { number } = await leases.take("a", "ada", { ...hour, onLoss }, { more: ["b"] });
  const asked = { requestedBy: "ada", leases: [number] };
  const holds = bench.thing("a").invoke("hold", {}, asked);
  await bench.ended(bench.thing("b").invoke("put", { on: true }, asked));
  const levels = () => [bench.twins.a.level("heater"), bench.twins.b.level("fan")];
  expect([holds.status, ...levels()]).toEqual(["running", true, true]);
  return { bench, leases, holds, levels };
}

test("of a lost lease each Thing goes safe as soon as its holder has nothing running there", async () => {
  const { bench, leases, holds, levels } = await relaysOfAda();
  leases.break("a", "bob", "she is at lunch");
  await bench.clock.advance(1);
  expect(levels()).toEqual([true, false]);
  await bench.clock.advance(30_000);
  const bobs = bench.start("b", "hold");
  await bench.ended(holds);
  await bench.clock.advance(1);
  // What bob has begun since is his.
  expect([holds.status, bobs.status, ...levels()]).toEqual(["completed", "running", false, true]);
});

test.each(["finish", "cancel"] as const)(
  "what others have queued behind the work of a lost lease finds the outputs safe: %s",
  async (onLoss) => {
    const { bench, leases, levels } = await relaysOfAda(onLoss);
    leases.break("a", "bob", "she is at lunch");
    const seen: boolean[] = [];
    bench.twins.a.watch("heater", (level) => seen.push(level));
    const bobs = bench.start("a", "put", { on: true });
    await bench.ended(bobs);
    await bench.clock.advance(5000);
    expect([bobs.status, seen, levels()[0]]).toEqual(["completed", [false, true], true]);
  },
);
