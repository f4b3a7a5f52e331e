import { openBench, Type } from "benchd/testing";
import { expect, test } from "vitest";
import { escaped } from "../../src/transcript.ts";
import { balance, pump } from "../drivers/placed.ts";

const uses = { pump: "pump", balance: "balance" };
const dispenserDriver = (await import("../../drivers/dispenser.ts")).default;
const things = { pump, balance, dispenser: { definition: dispenserDriver, uses, config: { density: 0.998 } } };

test("the transcript of an invocation tells what went over the wires of all Things it spoke to, and how they were opened", async () => {
  const bench = await openBench(things);
  await bench.write("pump", "rate", 6);
  const dose = await bench.run("dispenser", "dose", { mass: 0.5 });
  const later = await bench.run("pump", "dispense", { volume: 0.1 });
  expect([dose.status, later.status]).toEqual(["completed", "completed"]);
  const transcript = await bench.gateway.transcript(dose.id);
  expect(transcript).toMatchObject({ format: "benchd-transcript", version: 1, thing: "dispenser", action: "dose" });
  expect(Object.keys(transcript.things).sort()).toEqual(["balance", "pump"]);
  const { pump: said } = transcript.things;
  expect(said?.line).toEqual({ baudRate: 19200, dataBits: 8, parity: "none", stopBits: 1 });
  expect(said?.config).toMatchObject({ diameter: 26.59, address: 0 });
  const texts = (pieces = said?.during) => pieces?.map(([, , text]) => text).join("\n");
  expect(texts(said?.opening)).toContain("00VER");
  expect(texts()).toContain("00RUN");
  expect(texts()).not.toContain("00VOL0.100");
  await bench.close();
});

test("an exchange that fails in a nested call is kept with the invocation, also when the wire has long said other things", async () => {
  const bench = await openBench(things);
  await bench.write("pump", "rate", 6);
  const dose = bench.start("dispenser", "dose", { mass: 0.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  bench.twins.pump.silence(1);
  await bench.ended(dose);
  expect(dose.status).toBe("error");
  expect(dose.excerpts[0]?.thing).toBe("pump");
  for (let reads = 0; reads < 1100; reads++) {
    await bench.clock.until(
      bench.gateway
        .thing("pump")
        .read("state")
        .catch(() => {}),
    );
    await bench.clock.advance(100);
  }
  const { pump: said } = (await bench.gateway.transcript(dose.id)).things;
  const kept = dose.excerpts[0]?.entries ?? [];
  expect(kept.map(({ direction }) => direction)).toEqual(["sent"]);
  expect(bench.thing("pump").recorder.entries()[0]?.seq).toBeGreaterThan(kept[0]?.seq ?? 0);
  expect(said?.during[0]).toEqual([expect.any(Number), ">", escaped(kept[0]?.bytes ?? new Uint8Array())]);
  await bench.close();
});

test("an invocation without wires has an empty transcript, and none that nobody knows", async () => {
  const bench = await openBench({ counter: { definition: (await import("../../drivers/counter.ts")).default } });
  const noop = await bench.run("counter", "noop");
  expect((await bench.gateway.transcript(noop.id)).things).toEqual({});
  await expect(bench.gateway.transcript("00000000-0000-4000-8000-000000000000")).rejects.toThrow(
    /there is no invocation/,
  );
  await bench.close();
});

test("what a driver's setting calls a secret is in no transcript", async () => {
  const settings = Type.Object({ site: Type.String(), apiKey: Type.String(), users: Type.Array(Type.Unknown()) });
  const config = { site: "lab", apiKey: "hunter2", users: [{ name: "ada", password: "hunter3" }] };
  const bench = await openBench({
    scale: { ...balance, definition: { ...balance.definition, config: settings }, config },
  });
  const tare = await bench.run("scale", "tare");
  const { scale } = (await bench.gateway.transcript(tare.id)).things;
  const shown = { site: "lab", apiKey: "(not shown)", users: [{ name: "ada", password: "(not shown)" }] };
  expect(scale?.config).toEqual(shown);
  await bench.close();
});
