import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Invocation } from "../../gateway.ts";
import { spread, until } from "../../time.ts";
import { askCounter, gateway, keepDosing, outside, underWay, usable } from "./bench.ts";

/** The adapter is pulled out in the middle of a dose and put back, again and again. */

const times = 20;
/** More than is given until the cable is pulled, even where the VM's time falls behind that of the pump; mL. */
const volume = 5;
/** mL/min. */
const rate = 1;

interface Round {
  /** From asking for the cable to be pulled; milliseconds. */
  readonly nodeGoneMs: number;
  readonly endedMs: number;
  /** From asking for it to be put back; milliseconds. */
  readonly nodeBackMs: number;
  readonly usableMs: number;
  readonly ended: Invocation;
  readonly reconciled: Invocation;
  /** What the pump itself had counted then; mL. */
  readonly counted: number;
  readonly prompt: string;
}

/** A dose under way. On a host that stands still for a moment a pump can be late before anything was done to its cable. */
async function dose(tries = 3): Promise<string> {
  const id = await gateway.start("pump/dispense", { volume });
  const late = await underWay(id).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (late === undefined) return id;
  if (tries === 1) throw late;
  await usable("pump");
  return dose(tries - 1);
}

async function round(n: number): Promise<Round> {
  const id = await dose();
  // Each time at another point of the dialogue.
  await sleep((n * 37) % 200);

  const pulled = performance.now();
  const since = (start: number) => performance.now() - start;
  const gone = until("the node is gone", () => !existsSync("/dev/ttyUSB0")).then(() => since(pulled));
  const ending = gateway.invocation(id, 20).then((ended) => ({ ended, endedMs: since(pulled) }));
  await outside.unplug("usb1");
  const nodeGoneMs = await gone;
  const { ended, endedMs } = await ending;

  await sleep((n * 131) % 700);
  const put = performance.now();
  await outside.plug("usb1", "pump");
  const back = until("the node is back", () => existsSync("/dev/ttyUSB0")).then(() => since(put));
  await usable("pump");
  const usableMs = since(put);
  const nodeBackMs = await back;
  const { infused, prompt } = await outside.look("pump");
  return {
    nodeGoneMs,
    endedMs,
    nodeBackMs,
    usableMs,
    ended,
    reconciled: await gateway.invocation(id),
    counted: infused,
    prompt,
  };
}

const rounds: Round[] = [];
let counter: Awaited<ReturnType<ReturnType<typeof askCounter>>>;
let doses: readonly string[];

before(async () => {
  await usable("pump");
  await usable("second");
  const slower = { method: "PUT", headers: { "content-type": "application/json" }, body: String(rate) };
  assert.equal((await gateway.request("pump/rate", slower)).status, 201);
  const others = { counter: askCounter(), second: keepDosing(0.2) };
  for (let n = 0; n < times; n++) rounds.push(await round(n));
  counter = await others.counter();
  doses = await others.second();
});

test(`pulled out in the middle of a dose ${times} times: the invocation ends within 1 s`, (t) => {
  t.diagnostic(`usable, round by round: ${rounds.map(({ usableMs }) => usableMs.toFixed(0)).join(" ")} ms`);
  t.diagnostic(`ended: ${spread(rounds.map(({ endedMs }) => endedMs))}`);
  t.diagnostic(`the node was gone: ${spread(rounds.map(({ nodeGoneMs }) => nodeGoneMs))}`);
  assert.equal(rounds.length, times);
  assert.deepEqual(
    rounds.filter(({ endedMs }) => endedMs > 1000).map(({ endedMs }) => endedMs),
    [],
  );
});

test("it ends with an error, says that its outcome is unknown, and how much was delivered by then", () => {
  for (const { ended } of rounds) {
    assert.equal(ended.status, "error");
    assert.match(ended.error?.detail ?? "", /disconnected|is gone/);
    assert.equal(ended.outcome, "unknown");
    const [dose] = ended.delivery;
    assert.ok(dose && dose.confirmed > 0 && dose.uncertain > 0, JSON.stringify(ended.delivery));
    assert.ok(Math.abs(dose.confirmed + dose.uncertain - volume) < 0.005, JSON.stringify(dose));
  }
});

test("put back, the Thing is usable within 2 s, and the pump stands still", (t) => {
  t.diagnostic(`usable: ${spread(rounds.map(({ usableMs }) => usableMs))}`);
  t.diagnostic(`the node was back: ${spread(rounds.map(({ nodeBackMs }) => nodeBackMs))}`);
  for (const { prompt } of rounds) assert.equal(prompt, "S");
  assert.deepEqual(
    rounds.filter(({ usableMs }) => usableMs > 2000).map(({ usableMs }) => usableMs),
    [],
  );
});

test("the pump's own counter has then told what was delivered, and the log says so", () => {
  for (const { reconciled, counted, ended } of rounds) {
    const [dose] = reconciled.delivery;
    assert.ok(dose && Math.abs(dose.confirmed - counted) <= 0.002, `${JSON.stringify(dose)}, counted ${counted}`);
    assert.equal(dose.uncertain, 0);
    assert.ok(dose.confirmed >= (ended.delivery[0]?.confirmed ?? 0));
    const log = reconciled.log.map(({ message }) => message);
    assert.ok(
      log.some((line) => line.includes(`the device counted ${dose.confirmed} mL`)),
      log.join("\n"),
    );
  }
});

test("the other Things never stop: the counter answers within 0.5 s, the pump on the 16550 gives all its doses", (t) => {
  t.diagnostic(`the counter: ${counter.answers} answers, the slowest after ${Math.round(counter.slowestMs)} ms`);
  t.diagnostic(`doses on the 16550: ${doses.length}`);
  assert.ok(counter.answers > times * 5);
  assert.ok(counter.slowestMs <= 500);
  assert.ok(doses.length >= times / 10);
  assert.deepEqual(new Set(doses), new Set(["completed"]));
});
