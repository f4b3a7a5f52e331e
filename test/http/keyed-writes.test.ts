import { beforeEach, expect, it } from "vitest";
import { gate } from "../invocation/fixture.ts";
import { openDoser, replayed } from "./doser.ts";

const key = '"8e03978e-40d5-43e8-bc93-6894a57f9324"';

let bench: Awaited<ReturnType<typeof openDoser>>;
beforeEach(async () => {
  bench = await openDoser();
});

const write = (value: unknown, { on = bench, under = key } = {}) =>
  on.send("PUT", "/doser/rate", value, { key: under });
const reset = (on = bench) => on.send("POST", "/doser/rate/reset", undefined, { key });

it("a write that is repeated with its key reaches the device once, also after a kill", async () => {
  const first = await write(5);
  const second = await write(5);
  expect([first.statusCode, second.statusCode, second.json()]).toEqual([201, 201, null]);
  expect([replayed(first), replayed(second)]).toEqual([false, true]);
  await bench.send("PUT", "/doser/rate", 7);
  const late = await write(5, { on: await bench.killed() });
  expect([late.statusCode, replayed(late)]).toEqual([201, true]);
  expect(bench.device.done).toEqual([{ rate: 5 }, { rate: 7 }]);
});

it("so does a reset", async () => {
  expect([(await reset()).statusCode, (await reset()).statusCode]).toEqual([200, 200]);
  expect(bench.device.done).toEqual([{ rate: 1 }]);
});

it("with another value it is refused by 422", async () => {
  await write(5);
  const other = await write(6);
  expect([other.statusCode, other.json().type]).toEqual([422, "urn:benchd:error:BENCHD_KEY_REUSED"]);
  expect(bench.device.done).toEqual([{ rate: 5 }]);
});

it("repetitions that come while it is being written wait for its end, and are told the same", async () => {
  const { opened, open } = gate();
  bench.device.answers = opened;
  const all = Array.from({ length: 20 }, () => write(5));
  await expect.poll(() => bench.device.done.length).toBe(1);
  open();
  const answers = await Promise.all(all);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(201));
  expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
  expect(bench.device.done).toEqual([{ rate: 5 }]);
});

it("one that a kill has cut off is told as unknown, and not written again unless somebody says so", async () => {
  const { opened, open } = gate();
  bench.device.answers = opened;
  const cutOff = write(5);
  await expect.poll(() => bench.device.done.length).toBe(1);
  const next = await bench.killed();
  const answer = await write(5, { on: next });
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({
    type: "urn:benchd:error:BENCHD_KEY_OUTCOME",
    detail: expect.stringContaining("see what has become of it"),
  });
  expect(bench.device.done).toHaveLength(1);
  open();
  expect((await write(5, { on: next, under: "another" })).statusCode).toBe(201);
  await cutOff;
});

it("one that has failed at the device has used its key up: the failure is what a repetition is told", async () => {
  bench.device.fails = true;
  const first = await write(5);
  bench.device.fails = false;
  const second = await write(5);
  expect([first.statusCode, second.statusCode]).toEqual([502, 502]);
  expect(second.json()).toEqual(first.json());
  expect(replayed(second)).toBe(true);
  expect(bench.device.done).toEqual([{ rate: 5 }]);
});

it("one that was refused has not", async () => {
  await bench.gateway.emergencyStop.trip("ada");
  expect((await write(5)).statusCode).toBe(409);
  expect((await write('"5"')).statusCode).toBe(422);
  await bench.gateway.emergencyStop.clear("ada");
  const answer = await write(5);
  expect([answer.statusCode, replayed(answer)]).toEqual([201, false]);
});

it("a late repetition of a clearance does not clear an emergency stop that was pressed since", async () => {
  const clear = () => bench.send("DELETE", "/emergency_stop", undefined, { key });
  await bench.gateway.emergencyStop.trip("ada");
  expect((await clear()).json()).toMatchObject({ stopped: false });
  await bench.gateway.emergencyStop.trip("bob");
  expect(replayed(await clear())).toBe(true);
  expect(bench.gateway.emergencyStop.latch).toMatchObject({ by: "bob" });
});

it("a late repetition of a reset does not open a Thing again that has left quarantine since", async () => {
  const resetQuarantine = () => bench.send("DELETE", "/doser/quarantine", undefined, { key });
  const thing = bench.gateway.thing("doser");
  thing.quarantine("a test", new Promise<void>(() => {}), thing.generation);
  expect((await resetQuarantine()).json()).toMatchObject({ state: "ready" });
  const { generation } = thing;
  expect((await resetQuarantine()).json()).toMatchObject({ state: "ready" });
  expect(thing.generation).toBe(generation);
});

it("a lease that is asked for again with its key is the same lease, and given back once", async () => {
  const take = () => bench.send("POST", "/doser/lease", { seconds: 60 }, { key });
  const [first, second] = [await take(), await take()];
  expect([first.statusCode, second.json()]).toEqual([201, first.json()]);
  const breakIt = () => bench.send("DELETE", "/doser/lease?break=true&reason=fire", undefined, { key });
  expect((await breakIt()).statusCode).toBe(200);
  const { leaseNumber } = (await bench.send("POST", "/doser/lease", { seconds: 60 })).json();
  expect(replayed(await breakIt())).toBe(true);
  expect(bench.gateway.leases.of("doser")?.number).toBe(leaseNumber);
});

it("what the query asks for belongs to the request: another one is refused by 422", async () => {
  await bench.send("DELETE", "/emergency_stop?reason=looked", undefined, { key });
  expect((await bench.send("DELETE", "/emergency_stop?reason=smelt", undefined, { key })).statusCode).toBe(422);
});

it("a dose is told to who repeats it, whoever has leased the Thing by then", async () => {
  const dose = () => bench.invoke("dose", { mL: 5 }, { key, from: "10.0.0.7" });
  const { id } = (await dose()).json();
  await bench.send("POST", "/doser/lease", { seconds: 60 });
  expect((await bench.invoke("dose", { mL: 6 }, { from: "10.0.0.7" })).statusCode).toBe(409);
  expect((await dose()).json()).toMatchObject({ id });
  expect(bench.device.done).toEqual([5]);
});
