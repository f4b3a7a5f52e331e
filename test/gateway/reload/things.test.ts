import { expect, test } from "vitest";
import { openReloadable } from "./reloaded.ts";

const two = "things:\n  a: { driver: counter }\n  b: { driver: counter }\n";
const three = "things:\n  c: { driver: counter }\n  a: { driver: counter }\n  b: { driver: counter, title: Second }\n";

test("only what has changed is closed and opened; the rest goes on as the same Things, in the order of the file", async () => {
  const { gateway, clock, begin, events, close } = await openReloadable(two);
  const [map, a, b] = [gateway.things, gateway.thing("a"), gateway.thing("b")];
  const run = a.invoke("slow_count", { n: 100 }, { requestedBy: "ada" });
  const last = gateway.events.last;
  expect(await begin(three)).toEqual({
    ...{ added: ["c"], removed: [], changed: ["b"], kept: ["a"] },
    ...{ sections: [], needsRestart: [] },
  });
  expect(gateway.things).toBe(map);
  expect([...gateway.things.keys()]).toEqual(["c", "a", "b"]);
  expect([gateway.thing("a") === a, gateway.thing("b") === b, gateway.thing("b").title]).toEqual([
    true,
    false,
    "Second",
  ]);
  expect(Object.values(gateway.states()).map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
  expect([b.state, b.reason]).toEqual(["closed", undefined]);
  const told = events(last).filter(({ kind }) => kind === "thingState" || kind === "configuration");
  expect(told).toEqual([
    { kind: "thingState", thing: "b", state: "closed", reason: null },
    { kind: "configuration", added: ["c"], removed: [], changed: ["b"] },
    { kind: "thingState", thing: "c", state: "opening", reason: null },
    { kind: "thingState", thing: "b", state: "opening", reason: null },
    expect.objectContaining({ state: "ready" }),
    expect.objectContaining({ state: "ready" }),
  ]);
  expect(run.status).toBe("running");
  await clock.until(run.ended);
  expect(run.status).toBe("completed");
  await close();
});

test("whoever has come too late with a Thing that is gone is told to ask again, and nothing is begun", async () => {
  const { gateway, reload, close } = await openReloadable(two);
  const b = gateway.thing("b");
  await reload("things:\n  a: { driver: counter }\n");
  expect([...gateway.things.keys()]).toEqual(["a"]);
  expect(() => b.invoke("noop", {}, { requestedBy: "ada" })).toThrow("b is no Thing of this bench any more");
  await expect(b.write("counter", 1)).rejects.toThrow("ask again");
  await close();
});

test("a file that is no configuration changes nothing, and every mistake is told by line and column", async () => {
  const { gateway, reload, close } = await openReloadable(two);
  const a = gateway.thing("a");
  const last = gateway.events.last;
  const bad = "things:\n  a: { driver: conter }\n  b: { driver: counter, colour: red }\n";
  await expect(reload(bad)).rejects.toThrow(/test.yaml has 2 mistakes:\n.*test.yaml:2:16: .*\n.*test.yaml:3:25: /);
  expect([gateway.thing("a"), gateway.events.last]).toEqual([a, last]);
  expect(await reload(two)).toMatchObject({ kept: ["a", "b"], changed: [] });
  await close();
});

test("a reload that would end what runs is refused and says what, waits for it, or ends it by the ladder", async () => {
  const { gateway, clock, processClock, begin, close } = await openReloadable(two);
  const renamed = two.replace("b: { driver: counter", "b: { driver: counter, title: B");
  const start = () => gateway.thing("b").invoke("slow_count", { n: 10 }, { requestedBy: "ada" });
  const run = start();
  const queued = start();
  await clock.advance(100);
  await expect(begin(renamed)).rejects.toMatchObject({
    code: "BENCHD_RELOAD_BUSY",
    busy: [`b.slow_count is running (${run.id})`, `b.slow_count is pending (${queued.id})`],
  });
  expect([run.status, gateway.thing("b").title]).toEqual(["running", "CounterThing"]);

  const waiting = begin(renamed, { busy: "wait", waitMs: 60_000 });
  await clock.until(queued.ended);
  expect(await processClock.until(waiting)).toMatchObject({ changed: ["b"] });
  expect([run.status, queued.status]).toEqual(["completed", "completed"]);

  const [cut, dropped] = [start(), start()];
  await clock.advance(100);
  await begin(two, { busy: "stop" });
  expect([cut.status, cut.reason, dropped.status, dropped.reason]).toEqual([
    ...["cancelled", "reload"],
    ...["cancelled", "reload"],
  ]);
  expect(gateway.thing("b").title).toBe("CounterThing");
  await close();
});

test("one that waits too long is refused, and so are those beyond the few that may wait for it", async () => {
  const { gateway, processClock, begin, close } = await openReloadable(two);
  gateway.thing("a").invoke("slow_count", { n: 1000 }, { requestedBy: "ada" });
  const none = "things:\n  b: { driver: counter }\n";
  const waiting = Array.from({ length: 5 }, () =>
    begin(none, { busy: "wait", waitMs: 1000 }).catch((error) => error.code),
  );
  expect(() => begin(none)).toThrow("reloads wait already");
  expect(new Set(await processClock.until(Promise.all(waiting)))).toEqual(new Set(["BENCHD_RELOAD_BUSY"]));
  expect([...gateway.things.keys()]).toEqual(["a", "b"]);
  await close();
});

test("what a running process cannot change is told at each reload, and what holds is told as it holds", async () => {
  const { gateway, reload, close } = await openReloadable(two);
  const shown = () =>
    Object.fromEntries(gateway.settings().map(({ path, value, from }) => [path, [value, from]] as const));
  const started = shown();
  const after = `listen: { port: 6000 }\nprefix: /api\n${three}`;
  for (const added of [["c"], []])
    expect(await reload(after)).toMatchObject({ added, needsRestart: ["listen.port", "prefix"] });
  expect([shown()["/listen/port"], shown()["/prefix"]]).toEqual([started["/listen/port"], started["/prefix"]]);
  expect(shown()["/things/b/title"]).toEqual(["Second", "file"]);
  expect(await reload(two)).toMatchObject({ removed: ["c"], needsRestart: [] });
  await close();
});
