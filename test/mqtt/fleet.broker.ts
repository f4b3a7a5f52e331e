import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processorMs } from "../processor.ts";
import { Asker } from "./asker.ts";
import { Broker } from "./broker.ts";
import { FleetGateway, Gate, hasRightClock } from "./fleet.ts";
import { keptBy, Watcher } from "./watcher.ts";

const count = 5;
/** Of each gateway in a second; each is told by three events. */
const actionsPerSecond = 34;
const phaseMs = 5000;

const requests = ", requests: [read, operate]";

const run = promisify(execFile);

let broker: Broker;
let gate: Gate;
let gateways: FleetGateway[] = [];
let watcher: Watcher;
/** All who have heard something; one for each life of the broker. */
const watchers: Watcher[] = [];
const begun = new Map<string, string[]>();
const figures: string[] = [];

beforeAll(async () => {
  broker = await Broker.start(["allow_anonymous true", "max_queued_messages 0", "set_tcp_nodelay true"]);
  gate = await Gate.before(broker.port);
  await watch();
  gateways = await Promise.all(
    Array.from({ length: count }, (_, n) => FleetGateway.start(`bench-${n + 1}`, gate.port, requests)),
  );
  for (const { name } of gateways) begun.set(name, []);
});

afterAll(async () => {
  process.stdout.write(`${figures.join("\n")}\n`);
  await Promise.all(gateways.map((one) => one.end("SIGKILL")));
  gate?.shut();
  await watcher?.end();
  await broker?.end();
});

async function watch(): Promise<void> {
  watcher = await Watcher.connect(broker.port, "benchd/#");
  watchers.push(watcher);
}

interface Told {
  readonly id: string;
  readonly status?: string;
  readonly at: string;
}

const statusOf = (name: string) =>
  (watcher.latest(`benchd/${name}/status`) as { readonly status?: string } | undefined)?.status;
const online = () => gateways.filter(({ name }) => statusOf(name) === "online").length;

/** Have each gateway do something all the time, until `until` resolves. */
async function busy<T>(until: Promise<T>): Promise<T> {
  let over = false;
  const asked: Promise<unknown>[] = [];
  const work = gateways.map(async (gateway) => {
    const started = Date.now();
    for (let done = 1; !over; done++) {
      asked.push(gateway.invoke("/counter/noop").then((id) => begun.get(gateway.name)?.push(id)));
      await wait(Math.max(0, started + (done * 1000) / actionsPerSecond - Date.now()));
    }
  });
  const result = await until;
  over = true;
  await Promise.all(work);
  await Promise.all(asked);
  return result;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What was told of the actions of a gateway, by all who have heard it. */
const toldOf = (name: string): readonly Told[] =>
  watchers.flatMap(({ heard }) =>
    heard
      .filter(({ topic }) => topic === `benchd/${name}/things/counter/actions/noop`)
      .map(({ text }) => JSON.parse(text) as Told),
  );

/** Those of which not all was told. */
function untold(name: string): readonly string[] {
  const told = new Map<string, Set<string>>();
  for (const { id, status = "" } of toldOf(name)) told.set(id, (told.get(id) ?? new Set()).add(status));
  return (begun.get(name) ?? []).filter((id) => told.get(id)?.size !== 3);
}

/** What the broker keeps of a gateway is how the gateway is. */
async function keptAsItIs({
  name,
  get,
}: FleetGateway | { name: string; get(path: string): Promise<unknown> }): Promise<void> {
  const kept = await keptBy(broker.port, `benchd/${name}/#`);
  const states = (await get("/thing_states")) as Readonly<
    Record<string, { readonly state: string; readonly reason: string | null }>
  >;
  const read = (topic: string) => JSON.parse(kept.get(`benchd/${name}/${topic}`) ?? "null");
  expect(read("status")).toMatchObject({ status: "online" });
  expect(read("things")).toEqual(Object.keys(states));
  expect(read("emergency_stop")).toMatchObject({ stopped: false });
  for (const [thing, { state, reason }] of Object.entries(states)) {
    expect(read(`things/${thing}/state`)).toMatchObject({ state, reason });
    expect(read(`things/${thing}/description`)).toMatchObject({ title: expect.any(String) });
  }
}

const processors = () => [broker, ...gateways].map(({ pid }) => processorMs(pid));
const memories = () => Promise.all(gateways.map((gateway) => gateway.memory()));
const largest = (all: readonly number[]) => Math.round(Math.max(...all));

test("five gateways tell 500 events a second, while the broker is killed and comes back: nothing is lost", async () => {
  await expect.poll(online, { timeout: 60_000 }).toBe(count);
  const before = await memories();
  const spent = processors();
  await busy(wait(phaseMs));
  const [ofBroker = 0, ...ofGateways] = processors().map((ms, n) => (100 * (ms - (spent[n] ?? 0))) / phaseMs);
  const latencies = latenciesOf(watcher);
  const heard = watcher.heard.filter(({ id }) => id !== undefined).length;
  figures.push(`events: ${Math.round(heard / (phaseMs / 1000))} a second, of ${count} gateways`);
  figures.push(`latency: median ${quantile(latencies, 0.5)} ms, 99 of 100 within ${quantile(latencies, 0.99)} ms`);
  const each = ofGateways.reduce((sum, one) => sum + one, 0) / count;
  figures.push(`of a core: the broker takes ${Math.round(ofBroker)} %, a gateway ${Math.round(each)} %`);
  expect(heard / (phaseMs / 1000)).toBeGreaterThan(100);

  await busy(
    (async () => {
      // What is acknowledged has been heard: nobody but the broker is between.
      gate.shut();
      await broker.kill();
      await watcher.end();
      await wait(phaseMs);
      await broker.start();
      await watch();
      const back = Date.now();
      await gate.open();
      await expect.poll(online, { timeout: 60_000, interval: 20 }).toBe(count);
      figures.push(`after an outage of ${phaseMs / 1000} s: all are online again within ${Date.now() - back} ms`);
      await expect.poll(async () => (await behind()).every((events) => events < 100), { timeout: 60_000 }).toBe(true);
      figures.push(`what had waited is told within ${Date.now() - back} ms`);
    })(),
  );
  await expect.poll(() => gateways.flatMap(({ name }) => untold(name)), { timeout: 60_000 }).toEqual([]);
  expect(watchers.flatMap(({ heard }) => heard.filter(({ topic }) => topic.endsWith("/gap")))).toEqual([]);
  for (const { name } of gateways) {
    const told = toldOf(name);
    const numbers = [...new Set(watchers.flatMap(({ heard }) => idsOf(heard, name)))];
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(told.map(({ id }) => id)).size).toBe(begun.get(name)?.length);
  }
  for (const gateway of gateways) await keptAsItIs({ name: gateway.name, get: (path) => gateway.get(path) });
  const after = await memories();
  figures.push(`memory of a gateway: ${largest(before)} MB before, ${largest(after)} MB after`);
  expect(largest(after)).toBeLessThan(250);
});

test("a gateway that is killed is told offline by the broker, at once; the others go on; it comes back as it is", async () => {
  const [victim, ...others] = gateways;
  if (!victim) throw new Error("there is none");
  const killed = Date.now();
  await victim.end("SIGKILL");
  await expect.poll(() => statusOf(victim.name), { interval: 10 }).toBe("offline");
  figures.push(`last will: ${Date.now() - killed} ms after the kill`);
  expect(watcher.latest(`benchd/${victim.name}/status`)).toMatchObject({ reason: "the connection was lost" });
  expect(others.map(({ name }) => statusOf(name))).toEqual(others.map(() => "online"));
  await victim.start();
  await expect.poll(() => statusOf(victim.name)).toBe("online");
  await expect.poll(async () => await opening(victim), { timeout: 60_000 }).toBe(false);
  await wait(500);
  await keptAsItIs({ name: victim.name, get: (path) => victim.get(path) });
});

test.runIf(hasRightClock)(
  "what is asked twice, or again, or too late, while a broker and a gateway are killed, is done once, in time, or never",
  async () => {
    const asker = await Asker.connect(broker.port);
    const victim = gateways[1];
    if (!victim) throw new Error("there is none");
    const before = await counts();
    try {
      let over = false;
      const asking = (async () => {
        while (!over) {
          for (const { name } of gateways) asker.ask(name, 1500);
          await wait(150);
        }
      })();
      await wait(1500);
      gate.shut();
      await wait(1000);
      await broker.kill();
      await watcher.end();
      await wait(500);
      await broker.start();
      await watch();
      await gate.open();
      await wait(4000);
      await victim.end("SIGKILL");
      await victim.start();
      await wait(3000);
      over = true;
      await asking;
      await expect.poll(online, { timeout: 60_000 }).toBe(count);
      // Who has no answer asks again, long after it was to start.
      await wait(1600);
      const unanswered = () => [...asker.wishes.keys()].filter((n) => asker.wishes[n]?.statuses.length === 0);
      await expect
        .poll(
          () => {
            for (const n of unanswered()) asker.again(n);
            return unanswered().length;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe(0);
      const done = await invocations();
      figures.push(`asked: ${asker.wishes.length} wishes, each twice or more: ${done.size} were done`);
      // One for each key that was accepted, and none that nobody has asked for.
      expect(asker.wishes.filter(({ ids }) => ids.size > 1)).toEqual([]);
      const told = asker.wishes.flatMap(({ ids }) => [...ids]);
      expect(new Set(told).size).toBe(told.length);
      expect([...done.keys()].filter((id) => !told.includes(id))).toEqual([]);
      const late = asker.wishes.filter(({ ids, startBy }) => [...ids].some((id) => (done.get(id) ?? 0) > startBy));
      expect(late).toEqual([]);
      expect(told.length).toBeGreaterThan(100);
      // The device has counted, too.
      for (const gateway of gateways.filter((one) => one !== victim)) {
        const mine = asker.wishes.filter(
          ({ gateway: name, ids }) => name === gateway.name && [...ids].some((id) => done.get(id)),
        );
        expect((await counter(gateway)) - (before.get(gateway.name) ?? 0)).toBe(mine.length);
      }
    } finally {
      await asker.end();
    }
  },
);

test("mosquitto's own program shows what is kept of all", async () => {
  const port = String(broker.port);
  const { stdout } = await run("mosquitto_sub", ["-V", "mqttv5", "-p", port, "-t", "benchd/+/status", "-v", "-C", "5"]);
  const shown = stdout
    .trim()
    .split("\n")
    .map((line) => /^(\S+) (\{.*\})$/.exec(line)?.slice(1) ?? []);
  expect(shown.map(([topic]) => topic).toSorted()).toEqual(
    gateways.map(({ name }) => `benchd/${name}/status`).toSorted(),
  );
  for (const [, text = ""] of shown) expect(JSON.parse(text)).toMatchObject({ status: "online" });
});

test("one that ends in order tells how it has left everything, and why it is offline", async () => {
  const last = gateways.at(-1);
  if (!last) throw new Error("there is none");
  await last.end("SIGTERM");
  expect(watcher.latest(`benchd/${last.name}/status`)).toMatchObject({ status: "offline", reason: "SIGTERM" });
  expect(watcher.latest(`benchd/${last.name}/things/pump/state`)).toMatchObject({ state: "closed" });
});

const counter = async (gateway: FleetGateway) => (await gateway.get("/counter/counter")) as number;
const counts = async () =>
  new Map(await Promise.all(gateways.map(async (one) => [one.name, await counter(one)] as const)));

/** When each increment has started, on all gateways; 0 for what never has. */
async function invocations(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const gateway of gateways) {
    const all = (await gateway.get("/action_invocations?thing=counter&action=increment&limit=1000")) as readonly {
      readonly id: string;
      readonly timeStarted: string | null;
    }[];
    for (const { id, timeStarted } of all) found.set(id, timeStarted ? Date.parse(timeStarted) : 0);
  }
  return found;
}

async function behind(): Promise<readonly number[]> {
  const all = await Promise.all(gateways.map((gateway) => gateway.get("/health")));
  return all.map((health) => (health as { probes: { mqtt: { behindEvents: number } } }).probes.mqtt.behindEvents);
}

const opening = async (gateway: FleetGateway) =>
  Object.values((await gateway.get("/thing_states")) as Record<string, { state: string }>).some(
    ({ state }) => state === "opening",
  );

const idsOf = (heard: Watcher["heard"], name: string) =>
  heard
    .filter(({ topic, id }) => id !== undefined && topic === `benchd/${name}/things/counter/actions/noop`)
    .map(({ id = "" }) => Number(id.split("-")[1]));

const latenciesOf = ({ heard }: Watcher) =>
  heard
    .filter(({ topic }) => topic.endsWith("/actions/noop"))
    .map(({ text, at }) => at - Date.parse((JSON.parse(text) as Told).at))
    .toSorted((a, b) => a - b);

const quantile = (sorted: readonly number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
