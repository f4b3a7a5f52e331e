import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { clearFormerNames } from "../../src/mqtt/former-names.ts";
import { Topics } from "../../src/mqtt/topics.ts";
import { RetainingBroker } from "./retaining-broker.ts";

/** What a run of a gateway leaves at a broker. */
function leave(
  broker: RetainingBroker,
  base: string,
  { epoch = "e1", installation = "ours", status = "offline" } = {},
) {
  const kept = ["things", "things/pump/state", "things/pump/description", "things/pump/properties/rate"];
  for (const topic of [...kept, "interlocks/lid", "emergency_stop"])
    broker.publish({ topic: `${base}/${topic}`, payload: "x", retain: true });
  const payload = JSON.stringify({ status, epoch, installation, connection: 1 });
  broker.publish({ topic: `${base}/status`, payload, retain: true });
}

/** Runs of one gateway, one after the other, with a file between them. */
function gateway(broker = new RetainingBroker()) {
  const clock = new DiscreteClock();
  const disk: { value: unknown } = { value: undefined };
  const logged: string[] = [];
  const run = (name: string, epoch: string, at = "broker:1883") => {
    const link = broker.link();
    const stop = clearFormerNames({
      ...{ link, clock, broker: at, topics: new Topics({ prefix: "benchd", gateway: name }) },
      gateway: { installation: "ours", events: { epoch } },
      file: {
        read: async () => ({ found: "value", value: JSON.parse(JSON.stringify(disk.value ?? null)) }),
        keep: async (value) => {
          disk.value = value;
          return true;
        },
        close() {},
      },
      log: (level, message) => logged.push(`${level}: ${message}`),
    });
    return { link, stop };
  };
  /** One that is connected, and ends in order. */
  const was = async (name: string, epoch: string, status?: string) => {
    const { link, stop } = run(name, epoch);
    link.connect();
    await clock.advance(60_000);
    stop();
    leave(broker, `benchd/${name}`, { epoch, ...(status !== undefined && { status }) });
  };
  const known = () => (disk.value as { names: { base: string }[] } | undefined)?.names.map(({ base }) => base);
  const below = (base: string) => [...broker.kept.keys()].filter((topic) => topic.startsWith(`${base}/`));
  return { broker, clock, disk, logged, run, was, known, below };
}

test("a gateway that was renamed has the broker forget all that it keeps under the old name, its status last", async () => {
  const { broker, clock, logged, run, was, known, below } = gateway();
  await was("old", "e1");
  broker.publish({ topic: "benchd/old/of-others", payload: "x", retain: true });
  leave(broker, "benchd/neighbour", { installation: "another", epoch: "n" });
  const neighbours = below("benchd/neighbour").length;
  const { link, stop } = run("new", "e2");
  // No broker: nothing is known, said, or struck off.
  await clock.advance(100_000);
  expect([known(), logged]).toEqual([["benchd/old"], []]);
  broker.taken.length = 0;
  link.connect();
  await clock.advance(60_000);
  expect(below("benchd/old")).toEqual(["benchd/old/of-others"]);
  expect([broker.taken.length, broker.taken.at(-1)]).toEqual([7, "benchd/old/status"]);
  expect(below("benchd/neighbour").length).toBe(neighbours);
  expect(known()).toEqual(["benchd/new"]);
  expect(logged).toEqual([
    "info: once this gateway was benchd/old at its broker: what was kept there is removed, 7 topics",
  ]);
  stop();
  expect(broker.subscriptions.size).toBe(0);
});

test.each([
  ["another installation", { installation: "another", epoch: "e9" }],
  ["another installation, though it says it is that run", { installation: "another", epoch: "e1" }],
  ["a copy of this one, which has run since", { epoch: "e9" }],
  ["one that says nothing of the kind", { epoch: "", status: "?" }],
])("the name is another gateway's by now: %s; nothing there is touched", async (_, taken) => {
  for (const status of ["online", "offline"]) {
    const { broker, clock, run, was, known, below } = gateway();
    await was("old", "e1");
    leave(broker, "benchd/old", { status, ...taken });
    const before = below("benchd/old").length;
    run("new", "e2").link.connect();
    await clock.advance(60_000);
    expect([below("benchd/old").length, known()]).toEqual([before, ["benchd/new"]]);
  }
});

test("what takes the name in the middle of that keeps what it tells", async () => {
  const { broker, clock, run, was, below } = gateway();
  await was("old", "e1");
  const { link } = run("new", "e2");
  let published = 0;
  link.before = () => {
    if (++published === 3) leave(broker, "benchd/old", { installation: "another", epoch: "n", status: "online" });
  };
  link.connect();
  await clock.advance(60_000);
  // The one that was on its way came too late for that; that gateway tells it again.
  expect(below("benchd/old").length).toBeGreaterThanOrEqual(6);
  expect(published).toBe(3);
});

test("what is said to be online is waited for until its last will is told, and else left, and said so", async () => {
  const { broker, clock, logged, run, was, known, below } = gateway();
  await was("old", "e1", "online");
  const first = run("new", "e2");
  first.link.connect();
  await clock.advance(10_000);
  const lost = { status: "offline", epoch: "e1", installation: "ours" };
  broker.publish({ topic: "benchd/old/status", payload: JSON.stringify(lost), retain: true });
  await clock.advance(10_000);
  expect([below("benchd/old"), known()]).toEqual([[], ["benchd/new"]]);
  first.stop();
  logged.length = 0;
  await was("odd", "e3", "online");
  run("new", "e4").link.connect();
  await clock.advance(60_000);
  expect(below("benchd/odd").length).toBe(7);
  expect(known()).toContain("benchd/odd");
  expect(logged.join()).toContain("nothing is touched");
});

test("a connection that goes in the middle is gone on with at the next; nothing is struck off before", async () => {
  const { clock, logged, run, was, known, below } = gateway();
  await was("old", "e1");
  const { link } = run("new", "e2");
  let published = 0;
  link.before = () => {
    if (++published === 3) link.connected = false;
  };
  link.connect();
  await clock.advance(60_000);
  expect([below("benchd/old").length, known()]).toEqual([5, ["benchd/old", "benchd/new"]]);
  expect(logged.join()).not.toContain("is removed");
  link.connect();
  await clock.advance(60_000);
  expect([below("benchd/old"), known()]).toEqual([[], ["benchd/new"]]);
});

test("what it may not read or remove is told, tried at the next connections, and then no more", async () => {
  for (const right of ["mayRead", "mayPublish"] as const) {
    const { clock, logged, run, was, known, below } = gateway();
    await was("old", "e1");
    const { link } = run("new", "e2");
    link[right] = (topic) => !topic.startsWith("benchd/old/");
    for (let n = 1; n <= 5; n++) {
      expect(known()).toContain("benchd/old");
      link.connect();
      await clock.advance(60_000);
      expect(logged.length).toBe(n);
    }
    expect([below("benchd/old").length, known()]).toEqual([7, ["benchd/new"]]);
    expect(logged.at(-1)).toContain("it is looked for no more");
    expect(logged.join()).not.toContain("is removed");
  }
});

test("names at other brokers are kept for these, and a few of the latest only; a file that says nothing good does no harm", async () => {
  const { clock, disk, run, known, broker } = gateway();
  for (let n = 0; n < 20; n++) {
    const { link, stop } = run("new", `e${n}`, `broker-${n}:1883`);
    link.connect();
    await clock.advance(1000);
    stop();
  }
  expect(known()?.length).toBe(16);
  for (const value of [null, 7, { names: 7 }, { names: [null, { base: "#", broker: "broker:1883", epochs: ["e"] }] }]) {
    disk.value = value;
    const { link, stop } = run("new", "e");
    link.connect();
    await clock.advance(60_000);
    expect([known(), broker.taken]).toEqual([["benchd/new"], []]);
    stop();
  }
});
